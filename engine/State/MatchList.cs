using System.Runtime.InteropServices;

namespace Vectorized.Engine.State;

/// <summary>
/// Where a probe stands: pass the same one to continue after a full <see cref="MatchList"/>. Valid within the tick (or
/// under the pin) it was started in.
/// </summary>
internal struct ProbeCursor
{
    internal int Row;
    internal uint Segment;
    internal int Entry;
}

/// <summary>
/// The matches of a probe as pairs (row of the probing batch, row id), in order of the probing row. Native memory of a
/// fixed capacity, owned by whoever probes and used again and again. One thread.
/// </summary>
internal sealed unsafe class MatchList(int capacity = Columns.Batch.RowsMax) : IDisposable
{
    private int* _probeRows = (int*)NativeMemory.AlignedAlloc((nuint)capacity * sizeof(int), 64);
    private uint* _rowIds = (uint*)NativeMemory.AlignedAlloc((nuint)capacity * sizeof(uint), 64);

    internal int Capacity { get; } = capacity;

    internal int Count { get; private set; }

    internal ReadOnlySpan<int> ProbeRows => new(_probeRows, Count);

    internal ReadOnlySpan<uint> RowIds => new(_rowIds, Count);

    internal bool IsFull => Count == Capacity;

    internal void Clear() => Count = 0;

    internal void Add(int probeRow, uint rowId)
    {
        _probeRows[Count] = probeRow;
        _rowIds[Count++] = rowId;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_probeRows);
        NativeMemory.AlignedFree(_rowIds);
        _probeRows = null;
        _rowIds = null;
    }
}
