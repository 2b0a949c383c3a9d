using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Tests.State;

/// <summary>A database that is closed gives back all of its memory: servers of tests and tools open many in one process.</summary>
[Collection("alone")]
public sealed class ClosedDatabaseTests
{
    private static readonly string[] _history =
    [
        "CREATE TABLE t (a int PRIMARY KEY, b int, c varchar)",
        "CREATE TABLE u (a int, b int)",
        "CREATE INDEX i ON t (b)",
        "CREATE MATERIALIZED VIEW joined AS SELECT t.c, u.b FROM t JOIN u ON t.b = u.b",
        "CREATE MATERIALIZED VIEW shares AS SELECT t.a FROM t LEFT JOIN u ON t.b = u.b",
        "CREATE MATERIALIZED VIEW grouped AS SELECT b, count(*) AS n, max(c), array_agg(c ORDER BY c), count(DISTINCT a) AS d FROM t GROUP BY b",
        "CREATE MATERIALIZED VIEW ranked AS SELECT a, rank() OVER (PARTITION BY b ORDER BY a) FROM t",
        "CREATE MATERIALIZED VIEW top AS SELECT a FROM t ORDER BY b LIMIT 2",
        "CREATE MATERIALIZED VIEW failing WITH (on_error = 'null') AS SELECT a / b AS q FROM t",
        "INSERT INTO t SELECT g, g % 7, 'a text too long for a view ' || g FROM generate_series(1, 3000) AS g",
        "INSERT INTO u SELECT g, g % 9 FROM generate_series(1, 50) AS g",
        "UPDATE t SET b = b + 1 WHERE a < 500",
        "DELETE FROM t WHERE a > 2000",
        "DROP MATERIALIZED VIEW shares",
        "SELECT count(*) FROM joined",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Database_Closed_HoldsNoBlocks(int workers)
    {
        long before = BlockPool.LiveBytes;
        using (var engine = new EmbeddedEngine(new DatabaseOptions { Workers = workers }))
        {
            foreach (string statement in _history)
            {
                var outcome = engine.Run(statement);
                Assert.True(outcome.Succeeded, $"{statement}: {outcome.Message}");
            }

            Assert.True(BlockPool.LiveBytes > before);
        }

        Assert.Equal(before, BlockPool.LiveBytes);
    }
}
