using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Vectorized.Tests.Recovery;

/// <summary>What the rows of one writer add up to.</summary>
internal readonly record struct WriterSum(long Rows, long Last, long Ids, long Values);

/// <summary>
/// A client whose operations follow from its number and a count, so that the sums over its rows say which of them took effect: an
/// INSERT of <see cref="RowsPerOperation"/> rows, every eighth a block that also updates and deletes one row of those before. It
/// counts what was acknowledged; the one under way when the server goes may have taken effect.
/// </summary>
internal sealed class KilledWriter(int number, int writers)
{
    internal const int RowsPerOperation = 100;
    private const int BlockEvery = 8;
    private const int Added = 1_000;

    internal const string Table =
        "CREATE TABLE t (id bigint PRIMARY KEY, writer int, op bigint, value bigint, body varchar)";

    internal static readonly string[] Views =
    [
        """
        CREATE MATERIALIZED VIEW sums AS
          SELECT writer, count(*) AS n, max(op) AS last, sum(id) AS ids, sum(value) AS vals FROM t GROUP BY writer
        """,
        """
        CREATE MATERIALIZED VIEW newest AS SELECT writer, id, value
          FROM (SELECT *, row_number() OVER (PARTITION BY writer ORDER BY id DESC) AS r FROM t) x WHERE r <= 5
        """,
        "CREATE MATERIALIZED VIEW touched AS SELECT a.id, b.writer FROM t a JOIN t b ON a.id = b.id WHERE a.value >= 1000",
    ];

    private long _acknowledged;

    /// <summary>Operations acknowledged. Any thread.</summary>
    internal long Acknowledged => Volatile.Read(ref _acknowledged);

    internal int Number => number;

    /// <summary>The rows after so many operations, in closed form.</summary>
    internal WriterSum After(long operations)
    {
        long rows = operations * RowsPerOperation;
        long blocks = operations / BlockEvery;
        long ids = (writers * (rows * (rows - 1) / 2)) + (number * rows);
        long deleted = (RowsPerOperation * writers * ((BlockEvery * (blocks * (blocks - 1) / 2)) + ((BlockEvery - 3) * blocks)))
            + (number * blocks);
        long values = (operations * (RowsPerOperation * (RowsPerOperation - 1) / 2)) + (Added * blocks);
        return new WriterSum(rows - blocks, operations - 1, ids - deleted, values);
    }

    /// <summary>Takes the count found after a restart: what had been acknowledged, or one more.</summary>
    internal void Found(WriterSum sum)
    {
        long acknowledged = Acknowledged;
        Assert.True(
            sum == After(acknowledged) || sum == After(acknowledged + 1) || (acknowledged == 0 && sum.Rows == 0),
            $"writer {number} had {acknowledged} operations acknowledged, {After(acknowledged)}; found {sum}");
        Volatile.Write(ref _acknowledged, sum.Rows == 0 ? 0 : sum.Last + 1);
    }

    /// <summary>Writes until the server is gone, no faster than so many operations a second.</summary>
    internal async Task Write(string connectionString, int operationsPerSecond)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            var clock = Stopwatch.StartNew();
            for (long done = 0; ; done++)
            {
                await using (var command = new NpgsqlCommand(Operation(Acknowledged), connection))
                {
                    await command.ExecuteNonQueryAsync();
                }

                Volatile.Write(ref _acknowledged, _acknowledged + 1);
                var due = TimeSpan.FromSeconds((double)done / operationsPerSecond);
                if (due > clock.Elapsed + TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(due - clock.Elapsed);
                }
            }
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            // The server is gone.
        }
    }

    private long Id(long operation, int row) => (((operation * RowsPerOperation) + row) * writers) + number;

    private string Operation(long operation)
    {
        string insert = "INSERT INTO t VALUES " + string.Join(',', Enumerable.Range(0, RowsPerOperation).Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"({Id(operation, row)},{number},{operation},{row},'row {row} of {operation}')")));
        return operation % BlockEvery < BlockEvery - 1
            ? insert
            : $"BEGIN; {insert}; UPDATE t SET value = value + {Added} WHERE id = {Id(operation - 1, 1)}; "
                + $"DELETE FROM t WHERE id = {Id(operation - 2, 0)}; COMMIT";
    }
}
