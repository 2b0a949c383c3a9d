using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// One worker part's state of one relation or join side: rows in chunks, versioned by tick, found by hash indexes
/// (DESIGN.md section 4). Tables, views, join sides and DISTINCT are arrangements. The owner's thread applies deltas;
/// readers on any thread see a pinned tick without locks. The owner probes without a pin. Invariant: at every tick at
/// most one version of a key is visible, and every index leads to every version a pin can see. Costs: a row in or out
/// O(1) per index, a probe O(matches), a scan O(rows). Files: <c>ArrangementWriter</c> applies,
/// <c>ArrangementReader</c> scans, probes and gathers, <c>Reclaimer</c> frees,
/// <c>ArrangementCheckpoint</c> is written and loaded, <c>ArrangementLoading</c> before it is.
/// </summary>
internal sealed partial class Arrangement : IRetirable, IPersistent, IDisposable
{
    private readonly StateHeap _heap;
    private readonly KeyIndex[] _indexes;
    private readonly KeyIndex? _keyIndex;
    private readonly int[] _keyColumns;
    private readonly int _probeIndexCount;

    internal Arrangement(ArrangementSpec spec, StateContext context)
    {
        Spec = spec;
        Context = context;
        IsBag = spec.Key is null;
        _keyColumns = spec.Key is null ? [.. Enumerable.Range(0, spec.Columns.Count)] : [.. spec.Key];
        _heap = new StateHeap(context);
        var lists = spec.Indexes ?? [];
        _probeIndexCount = lists.Count;
        var unique = lists.Select(columns => spec.Key is not null && columns.Count == spec.Key.Count
            && columns.All(spec.Key.Contains)).ToArray();
        Rows = new RowStore(context, _heap, spec.Columns, unique.Count(u => !u), spec.AppendOnly);
        var indexes = new List<KeyIndex>();
        int positionArrays = 0;
        for (int i = 0; i < lists.Count; i++)
        {
            indexes.Add(new KeyIndex(
                Rows, _heap, [.. lists[i]], unique[i], unique[i] ? -1 : positionArrays++, spec.HashSeed));
        }

        _keyIndex = indexes.Find(index => index.IsUnique && index.Columns.AsSpan().SequenceEqual(_keyColumns))
            ?? indexes.Find(index => index.IsUnique);
        if (_keyIndex is null && !spec.AppendOnly)
        {
            _keyIndex = new KeyIndex(Rows, _heap, _keyColumns, true, -1, spec.HashSeed);
            indexes.Add(_keyIndex);
        }

        if (_keyIndex is not null)
        {
            _keyColumns = _keyIndex.Columns;
        }

        _indexes = [.. indexes];
        context.Arrangements.Add(this);
        context.Registry.Add(this);
    }

    internal ArrangementSpec Spec { get; }

    internal StateContext Context { get; }

    internal RowStore Rows { get; }

    /// <summary>Without a key: rows carry counts.</summary>
    internal bool IsBag { get; }

    /// <summary>Rows in the newest state (a bag's equal rows count once); about so many while they are not loaded.</summary>
    internal long LiveRows => _stored is { } stored ? stored.RowsAbout : Rows.LiveRows;

    /// <summary>Native memory held.</summary>
    internal long LiveBytes
    {
        get
        {
            long bytes = Rows.MeasureBytes() + _heap.Bytes;
            foreach (var index in _indexes)
            {
                bytes += index.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>
    /// Frees everything once no reader is left; the owner has taken the arrangement out of reach before.
    /// </summary>
    internal void Drop()
    {
        IsDropped = true;
        Context.Registry.Remove(this);
        Context.Forget(this);
        Context.Retired.Retire(this, 0, 0);
    }

    void IRetirable.Release(nint token, long size) => Dispose();

    /// <summary>Frees everything now. No reader may be left.</summary>
    public void Dispose()
    {
        IsDropped = true;
        Context.Arrangements.Remove(this);
        Context.Registry.Remove(this);
        Context.Forget(this);
        EndDeferral();
        foreach (var index in _indexes)
        {
            index.Dispose();
        }

        Rows.Dispose();
        _heap.Dispose();
    }

    private SqlException Broken(string what) =>
        new(SqlState.InternalError, $"arrangement \"{Spec.Name}\": {what}");
}
