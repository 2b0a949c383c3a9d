using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>What a call does to an arrangement's rows, decided before anything is written. In scratch memory.</summary>
internal unsafe ref struct RowChanges
{
    private readonly uint* _killed;
    private readonly bool* _isReplaced;
    private readonly int* _batches;
    private readonly int* _rows;
    private readonly ulong* _hashes;
    private readonly uint* _replaced;
    private readonly long* _counts;
    private readonly nint* _places;

    internal RowChanges(Arena arena, int capacity)
    {
        capacity = Math.Max(capacity, 1);
        _killed = (uint*)arena.AllocateBytes((long)capacity * sizeof(uint));
        _isReplaced = (bool*)arena.AllocateBytes(capacity);
        _batches = (int*)arena.AllocateBytes((long)capacity * sizeof(int));
        _rows = (int*)arena.AllocateBytes((long)capacity * sizeof(int));
        _hashes = (ulong*)arena.AllocateBytes((long)capacity * sizeof(ulong));
        _replaced = (uint*)arena.AllocateBytes((long)capacity * sizeof(uint));
        _counts = (long*)arena.AllocateBytes((long)capacity * sizeof(long));
        _places = (nint*)arena.AllocateBytes((long)capacity * sizeof(nint));
    }

    internal int KillCount { get; private set; }

    internal int InsertCount { get; private set; }

    internal readonly ReadOnlySpan<uint> Killed => new(_killed, KillCount);

    internal readonly ReadOnlySpan<bool> IsReplaced => new(_isReplaced, KillCount);

    internal readonly ReadOnlySpan<int> InsertedBatches => new(_batches, InsertCount);

    internal readonly ReadOnlySpan<int> InsertedRows => new(_rows, InsertCount);

    internal readonly ReadOnlySpan<ulong> Hashes => new(_hashes, InsertCount);

    /// <summary>The row the key's slot led to before, dead or alive; 0: none.</summary>
    internal readonly ReadOnlySpan<uint> Replaced => new(_replaced, InsertCount);

    internal readonly ReadOnlySpan<long> Counts => new(_counts, InsertCount);

    /// <summary>
    /// Where the key's value stood when it was looked up (see <see cref="KeyBlock.Places"/>); 0: not known.
    /// </summary>
    internal readonly ReadOnlySpan<nint> Places => new(_places, InsertCount);

    /// <summary>The key table's version then.</summary>
    internal int PlacesVersion { get; init; }

    /// <summary>A row dies; <paramref name="isReplaced"/>: its key lives on in a row inserted with it.</summary>
    internal void Kill(uint row, bool isReplaced)
    {
        _isReplaced[KillCount] = isReplaced;
        _killed[KillCount++] = row;
    }

    internal void Insert(int batch, int row, ulong hash, uint replaced, long count, nint place)
    {
        _batches[InsertCount] = batch;
        _rows[InsertCount] = row;
        _hashes[InsertCount] = hash;
        _replaced[InsertCount] = replaced;
        _places[InsertCount] = place;
        _counts[InsertCount++] = count;
    }
}
