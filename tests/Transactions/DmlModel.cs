namespace Vectorized.Tests.Transactions;

/// <summary>A row of the model's tables: `t (k int primary key, x int, s varchar)`, and `u (a int, b int)` with k hidden.</summary>
internal readonly record struct ModelRow(long K, int? X, string? S)
{
    internal string Text => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{K} {Null(X)} {S ?? "NULL"}");

    internal string BagText => $"{Null(X)} {S ?? "NULL"}";

    private static string Null(int? value) => value is { } v ? v.ToString(System.Globalization.CultureInfo.InvariantCulture) : "NULL";
}

/// <summary>What a statement gives: its tag and rows (in an order that does not matter), or an error's code.</summary>
internal sealed record ModelResult(string Tag, IReadOnlyList<string> Rows, string? SqlState = null)
{
    internal static ModelResult Error(string sqlState) => new("", [], sqlState);

    internal static ModelResult Done(string tag, IEnumerable<string>? rows = null) =>
        new(tag, [.. (rows ?? []).Order(StringComparer.Ordinal)]);

    public override string ToString() => SqlState ?? $"{Tag} [{string.Join(" | ", Rows)}]";
}

/// <summary>Bugs that can be planted in the model: the test must tell each from the engine.</summary>
internal enum ModelBug
{
    None,

    /// <summary>COMMIT writes whatever others did: lost updates.</summary>
    LostUpdate,

    /// <summary>A block does not see its own writes.</summary>
    BlindToItself,

    /// <summary>A block sees what others commit meanwhile.</summary>
    SnapshotMoves,

    /// <summary>A statement sees rows it has itself inserted.</summary>
    SeesOwnRows,

    /// <summary>DO NOTHING keeps the last row of a key, not the first.</summary>
    DoNothingKeepsLast,

    /// <summary>Any other commit in between is a conflict.</summary>
    AnyCommitConflicts,

    /// <summary>ROLLBACK keeps what was inserted.</summary>
    RollbackKeepsInserts,

    /// <summary>A row written as it was counts as changed.</summary>
    SameValueConflicts,
}

/// <summary>
/// Snapshot isolation over two tables held as dictionaries, row by row: what the engine must equal. A block copies both at
/// BEGIN and works on the copy; COMMIT compares the version of every key it touched, and bumps those it changes.
/// </summary>
internal sealed class DmlModel(ModelBug bug = ModelBug.None)
{
    private readonly ModelTable _t = new();
    private readonly ModelTable _u = new();
    private long _nextBagId = 1;
    private long _commits;

    internal ModelTable Keyed => _t;

    internal ModelTable Bag => _u;

    internal ModelBlock Begin() => new(_t.Copy(), _u.Copy(), _commits);

    internal long NewBagId() => _nextBagId++;

    internal ModelBug Bug => bug;

    /// <summary>COMMIT: null when it succeeded.</summary>
    internal string? Commit(ModelBlock block)
    {
        if (bug == ModelBug.AnyCommitConflicts && _commits != block.Commits && block.Touched.Count > 0)
        {
            return "40001";
        }

        foreach (var (isBag, key) in block.Touched)
        {
            if (bug != ModelBug.LostUpdate && Table(isBag).HasMoved(isBag ? block.BagThen : block.KeyedThen, key))
            {
                return "40001";
            }
        }

        foreach (var (isBag, key) in block.Touched)
        {
            Table(isBag).Put(key, Of(block, isBag).Rows.TryGetValue(key, out var row) ? row : null, bug == ModelBug.SameValueConflicts);
        }

        _commits++;
        return null;
    }

    private ModelTable Table(bool isBag) => isBag ? _u : _t;

    private static ModelTable Of(ModelBlock block, bool isBag) => isBag ? block.Bag : block.Keyed;
}

/// <summary>Rows by key, and how often each key's row has changed.</summary>
internal sealed class ModelTable
{
    private readonly Dictionary<long, long> _versions = [];

    internal SortedDictionary<long, ModelRow> Rows { get; private init; } = [];

    internal ModelTable Copy()
    {
        var copy = new ModelTable { Rows = new SortedDictionary<long, ModelRow>(Rows) };
        foreach (var (key, version) in _versions)
        {
            copy._versions.Add(key, version);
        }

        return copy;
    }

    /// <summary>The key's row is another than then; one that was away then and is away now has not moved.</summary>
    internal bool HasMoved(ModelTable then, long key)
    {
        bool was = then.Rows.ContainsKey(key);
        bool isThere = Rows.ContainsKey(key);
        return (was || isThere) && (was != isThere || _versions.GetValueOrDefault(key) != then._versions.GetValueOrDefault(key));
    }

    internal void Put(long key, ModelRow? row, bool always)
    {
        bool had = Rows.TryGetValue(key, out var before);
        if (!always && (row is { } same ? had && before == same : !had))
        {
            return;
        }

        _versions[key] = _versions.GetValueOrDefault(key) + 1;
        if (row is { } written)
        {
            Rows[key] = written;
        }
        else
        {
            Rows.Remove(key);
        }
    }
}

/// <summary>A block of the model: the tables at BEGIN, the tables as it has changed them, what it touched.</summary>
internal sealed class ModelBlock(ModelTable keyed, ModelTable bag, long commits)
{
    internal ModelTable KeyedThen { get; } = keyed.Copy();

    internal ModelTable BagThen { get; } = bag.Copy();

    internal ModelTable Keyed { get; } = keyed;

    internal ModelTable Bag { get; } = bag;

    internal long Commits { get; } = commits;

    internal HashSet<(bool IsBag, long Key)> Touched { get; } = [];

    internal bool HasFailed { get; set; }

    internal void Write(bool isBag, long key, ModelRow? row)
    {
        Touched.Add((isBag, key));
        var rows = (isBag ? Bag : Keyed).Rows;
        if (row is { } written)
        {
            rows[key] = written;
        }
        else
        {
            rows.Remove(key);
        }
    }
}
