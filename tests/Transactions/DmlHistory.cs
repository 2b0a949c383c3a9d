namespace Vectorized.Tests.Transactions;

/// <summary>A session of the system under test.</summary>
internal interface IDmlSession
{
    ValueTask<ModelResult> Run(string sql);
}

/// <summary>
/// A random history of sessions with interleaved blocks, run against the model and the system, statement by statement; after
/// every commit the tables and the views over them are read on a session without block. Gives the first difference.
/// </summary>
internal sealed class DmlHistory(int seed, int sessionCount, ModelBug bug = ModelBug.None, bool forPostgres = false)
{
    internal static readonly string[] Definitions =
    [
        "CREATE TABLE t (k int PRIMARY KEY, x int, s varchar)",
        "CREATE INDEX t_x ON t (x)",
        "CREATE TABLE u (a int, b int)",
    ];

    internal static readonly string[] Views =
    [
        "CREATE MATERIALIZED VIEW by_x AS SELECT x, count(*) AS n, sum(k) AS k FROM t GROUP BY x",
        "CREATE MATERIALIZED VIEW joined AS SELECT t.k, u.b FROM t JOIN u ON u.a = t.k",
    ];

    private readonly DmlModel _model = new(bug);
    private readonly List<string> _log = [];

    /// <summary>Blocks that were refused at COMMIT, and that were not: a history must have both.</summary>
    internal int Conflicts { get; private set; }

    internal int Commits { get; private set; }

    internal async Task<string?> Run(Func<int, IDmlSession> sessions, int steps, bool withViews)
    {
        var random = new Random(seed);
        var statements = new DmlStatements(random, forPostgres);
        var blocks = new ModelBlock?[sessionCount];
        for (int step = 0; step < steps; step++)
        {
            int at = random.Next(sessionCount);
            var (sql, expected, committed) = Step(random, statements, blocks, at);
            _log.Add($"{at}: {sql}");
            var actual = await sessions(at).Run(sql);
            if (Differ(expected, actual) is { } difference)
            {
                return Report(difference);
            }

            if (committed && await Check(sessions(sessionCount), withViews) is { } wrong)
            {
                return Report(wrong);
            }
        }

        return null;
    }

    private (string Sql, ModelResult Expected, bool Committed) Step(
        Random random, DmlStatements statements, ModelBlock?[] blocks, int at)
    {
        var block = blocks[at];
        int dice = random.Next(12);
        if (block is null && dice < 3)
        {
            blocks[at] = _model.Begin();
            return ("BEGIN ISOLATION LEVEL REPEATABLE READ", ModelResult.Done("BEGIN"), false);
        }

        if (block is not null && (dice < 2 || (block.HasFailed && dice < 6)))
        {
            blocks[at] = null;
            // Npgsql does not tell what COMMIT of a failed block was answered with.
            string sql = forPostgres ? "ROLLBACK" : "COMMIT";
            return block.HasFailed ? (sql, ModelResult.Done("ROLLBACK"), false) : End(block);
        }

        if (block is not null && dice == 2)
        {
            blocks[at] = null;
            if (_model.Bug == ModelBug.RollbackKeepsInserts && !block.HasFailed)
            {
                _model.Commit(block);
            }

            return ("ROLLBACK", ModelResult.Done("ROLLBACK"), true);
        }

        var statement = statements.Next();
        if (block is { HasFailed: true })
        {
            return (statement.Sql, ModelResult.Error("25P02"), false);
        }

        return block is null ? Alone(statement) : (statement.Sql, Within(statement, block), false);
    }

    private (string, ModelResult, bool) End(ModelBlock block)
    {
        var error = _model.Commit(block);
        Commits += error is null ? 1 : 0;
        Conflicts += error is null ? 0 : 1;
        return ("COMMIT", error is null ? ModelResult.Done("COMMIT") : ModelResult.Error(error), true);
    }

    private (string, ModelResult, bool) Alone(DmlStatement statement)
    {
        var alone = _model.Begin();
        var result = statement.Run(_model, alone);
        if (result.SqlState is null)
        {
            _model.Commit(alone);
        }

        return (statement.Sql, result, true);
    }

    private ModelResult Within(DmlStatement statement, ModelBlock block)
    {
        var seen = _model.Bug switch
        {
            ModelBug.BlindToItself when statement.Sql.StartsWith("SELECT", StringComparison.Ordinal) =>
                new ModelBlock(block.KeyedThen, block.BagThen, 0),
            ModelBug.SnapshotMoves when block.Touched.Count == 0 => _model.Begin(),
            _ => block,
        };
        var result = statement.Run(_model, seen);
        if (seen != block)
        {
            foreach (var (isBag, key) in seen.Touched)
            {
                block.Write(isBag, key, (isBag ? seen.Bag : seen.Keyed).Rows.TryGetValue(key, out var row) ? row : null);
            }
        }

        block.HasFailed = result.SqlState is not null;
        return result;
    }

    private async Task<string?> Check(IDmlSession session, bool withViews)
    {
        var keyed = _model.Keyed.Rows.Values;
        var bag = _model.Bag.Rows.Values;
        string? difference = Differ(
            ModelResult.Done($"SELECT {keyed.Count}", keyed.Select(r => r.Text)), await session.Run("SELECT k, x, s FROM t"))
            ?? Differ(ModelResult.Done($"SELECT {bag.Count}", bag.Select(r => r.BagText)), await session.Run("SELECT a, b FROM u"));
        if (difference is not null || !withViews)
        {
            return difference;
        }

        var groups = keyed.GroupBy(r => r.X).Select(g => $"{g.Key?.ToString() ?? "NULL"} {g.Count()} {g.Sum(r => r.K)}").ToList();
        var joined = keyed.SelectMany(t => bag.Where(u => u.X == t.K).Select(u => $"{t.K} {u.S}")).ToList();
        return Differ(ModelResult.Done($"SELECT {groups.Count}", groups), await session.Run("SELECT x, n, k FROM by_x"))
            ?? Differ(ModelResult.Done($"SELECT {joined.Count}", joined), await session.Run("SELECT k, b FROM joined"));
    }

    private static string? Differ(ModelResult expected, ModelResult actual) =>
        expected.SqlState == actual.SqlState && expected.Tag == actual.Tag && expected.Rows.SequenceEqual(actual.Rows)
            ? null
            : $"expected {expected}\n  but got {actual}";

    private string Report(string difference) => $"seed {seed}, {difference}\nafter\n{string.Join(";\n", _log.TakeLast(60))};";
}
