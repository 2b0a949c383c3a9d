using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>What a call does to an arrangement's rows, decided before anything is written. In scratch memory.</summary>
internal unsafe ref struct RowChanges
{
    private readonly uint* _killed;
    private readonly int* _batches;
    private readonly int* _rows;
    private readonly ulong* _hashes;
    private readonly uint* _replaced;
    private readonly long* _counts;

    internal RowChanges(Arena arena, int capacity)
    {
        capacity = Math.Max(capacity, 1);
        _killed = (uint*)arena.AllocateBytes((long)capacity * sizeof(uint));
        _batches = (int*)arena.AllocateBytes((long)capacity * sizeof(int));
        _rows = (int*)arena.AllocateBytes((long)capacity * sizeof(int));
        _hashes = (ulong*)arena.AllocateBytes((long)capacity * sizeof(ulong));
        _replaced = (uint*)arena.AllocateBytes((long)capacity * sizeof(uint));
        _counts = (long*)arena.AllocateBytes((long)capacity * sizeof(long));
    }

    internal int KillCount { get; private set; }

    internal int InsertCount { get; private set; }

    internal readonly ReadOnlySpan<uint> Killed => new(_killed, KillCount);

    internal readonly ReadOnlySpan<int> InsertedBatches => new(_batches, InsertCount);

    internal readonly ReadOnlySpan<int> InsertedRows => new(_rows, InsertCount);

    internal readonly ReadOnlySpan<ulong> Hashes => new(_hashes, InsertCount);

    /// <summary>The row the key's slot led to before, dead or alive; 0: none.</summary>
    internal readonly ReadOnlySpan<uint> Replaced => new(_replaced, InsertCount);

    internal readonly ReadOnlySpan<long> Counts => new(_counts, InsertCount);

    internal void Kill(uint row) => _killed[KillCount++] = row;

    internal void Insert(int batch, int row, ulong hash, uint replaced, long count)
    {
        _batches[InsertCount] = batch;
        _rows[InsertCount] = row;
        _hashes[InsertCount] = hash;
        _replaced[InsertCount] = replaced;
        _counts[InsertCount++] = count;
    }
}
