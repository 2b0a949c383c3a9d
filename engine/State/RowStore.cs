using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Rows in chunks, addressed by a 32-bit row id: chunk number and row (16 bits each; chunk 0 does not exist, so 0 is no row).
/// Rows have versions: born at a tick, dead at a tick; freed rows are written again. The owner's thread writes; readers on
/// any thread go through ids and ticks they have pinned. Column writes stand in <see cref="RowWriter"/>.
/// </summary>
internal sealed unsafe class RowStore : IRetirable, IDisposable
{
    internal const int RowBits = 16;
    internal const int ChunkRowsMin = 1 << 10;
    internal const int ChunkRowsMax = 1 << RowBits;
    private const int ChunksMax = 1 << 15;

    private readonly StateContext _context;
    private readonly StateHeap _heap;
    private readonly int _positionArrays;
    private readonly List<Chunk?> _chunks = [null];
    private readonly Stack<int> _numbersFree = new();
    private ChunkHeader** _directory;
    private int _directoryCapacity;
    private int _open;
    private int _freeRowsChunk;
    private volatile int[] _scanOrder = [];
    private bool _disposed;

    internal RowStore(StateContext context, StateHeap heap, IReadOnlyList<SqlType> types, int positionArrays)
    {
        _context = context;
        _heap = heap;
        _positionArrays = positionArrays;
        Types = types;
        _directoryCapacity = 16;
        _directory = (ChunkHeader**)heap.AllocateZeroed(_directoryCapacity * sizeof(ChunkHeader*));
    }

    internal IReadOnlyList<SqlType> Types { get; }

    internal StateContext Context => _context;

    /// <summary>Rows alive now.</summary>
    internal long LiveRows { get; private set; }

    /// <summary>Rows free for writing again.</summary>
    internal long FreeRows { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Chunk numbers in the order scans take them; a new array whenever it changes.</summary>
    internal int[] ScanOrder => _scanOrder;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkHeader* ChunkOf(uint row) => _directory[row >> RowBits];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkHeader* ChunkAt(int number) => _directory[number];

    internal Chunk OwnerOf(uint row) => _chunks[(int)(row >> RowBits)]!;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int RowOf(uint row) => (int)(row & (ChunkRowsMax - 1));

    /// <summary>Whether a row version is part of the state at a tick.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsVisible(uint row, long tick)
    {
        var chunk = ChunkOf(row);
        int index = RowOf(row);
        uint at = chunk->Relative(tick);
        // Deaths are read before births: a freed row is unborn before its death is overwritten.
        uint death = chunk->Deaths == null ? ChunkHeader.Alive : Volatile.Read(ref chunk->Deaths[index]);
        return at < death && Volatile.Read(ref chunk->Births[index]) <= at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsAlive(uint row)
    {
        var chunk = ChunkOf(row);
        return chunk->Deaths == null || chunk->Deaths[RowOf(row)] == ChunkHeader.Alive;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsBornAfter(uint row, long tick)
    {
        var chunk = ChunkOf(row);
        return Volatile.Read(ref chunk->Births[RowOf(row)]) > chunk->Relative(tick);
    }

    internal long BirthOf(uint row)
    {
        var chunk = ChunkOf(row);
        return chunk->TickBase + chunk->Births[RowOf(row)];
    }

    internal long DeathOf(uint row)
    {
        var chunk = ChunkOf(row);
        uint death = chunk->Deaths == null ? ChunkHeader.Alive : chunk->Deaths[RowOf(row)];
        return death == ChunkHeader.Alive ? long.MaxValue : chunk->TickBase + death;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint PreviousOf(uint row)
    {
        var chunk = ChunkOf(row);
        return chunk->Previous == null ? 0 : chunk->Previous[RowOf(row)];
    }

    internal void SetPrevious(uint row, uint previous)
    {
        var chunk = ChunkOf(row);
        if (previous != 0 || chunk->Previous != null)
        {
            OwnerOf(row).RequirePrevious()[RowOf(row)] = previous;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long CountOf(uint row)
    {
        var chunk = ChunkOf(row);
        return chunk->Counts == null ? 1 : chunk->Counts[RowOf(row)];
    }

    internal void SetCount(uint row, long count)
    {
        var chunk = ChunkOf(row);
        if (count != 1 || chunk->Counts != null)
        {
            OwnerOf(row).RequireCounts()[RowOf(row)] = count;
        }
    }

    internal ref uint PositionOf(uint row, int positionArray) =>
        ref ChunkHeader.Positions(ChunkOf(row))[positionArray][RowOf(row)];

    /// <summary>Takes rows to write: freed ones first, then the open chunk's end. They are unborn until <see cref="Bear"/>.</summary>
    internal void Allocate(Span<uint> rows, long tick)
    {
        int done = FreeRows > 0 ? AllocateFreed(rows, tick) : 0;
        while (done < rows.Length)
        {
            var chunk = _open == 0 ? null : _directory[_open];
            if (chunk == null || chunk->RowCount == chunk->Capacity || tick - chunk->TickBase >= ChunkHeader.NeverBorn - 1)
            {
                OpenChunk(tick);
                continue;
            }

            int count = Math.Min(rows.Length - done, chunk->Capacity - chunk->RowCount);
            uint first = ((uint)_open << RowBits) | (uint)chunk->RowCount;
            new Span<uint>(chunk->Births + chunk->RowCount, count).Fill(ChunkHeader.NeverBorn);
            for (int i = 0; i < count; i++)
            {
                rows[done + i] = first + (uint)i;
            }

            chunk->BirthMax = Math.Max(chunk->BirthMax, tick);
            Volatile.Write(ref chunk->RowCount, chunk->RowCount + count);
            done += count;
        }
    }

    /// <summary>Makes written rows part of the state from a tick on.</summary>
    internal void Bear(ReadOnlySpan<uint> rows, long tick)
    {
        foreach (uint row in rows)
        {
            var chunk = ChunkOf(row);
            int index = RowOf(row);
            if (chunk->Deaths != null)
            {
                chunk->Deaths[index] = ChunkHeader.Alive;
            }

            Volatile.Write(ref chunk->Births[index], (uint)(tick - chunk->TickBase));
        }

        LiveRows += rows.Length;
    }

    internal void Kill(uint row, long tick)
    {
        var chunk = ChunkOf(row);
        Volatile.Write(ref OwnerOf(row).RequireDeaths()[RowOf(row)], (uint)(tick - chunk->TickBase));
        chunk->DeadCount++;
        LiveRows--;
    }

    /// <summary>Gives a dead row, which no reader and no index can reach, back for writing.</summary>
    internal void Free(uint row)
    {
        var chunk = ChunkOf(row);
        int index = RowOf(row);
        Volatile.Write(ref chunk->Births[index], ChunkHeader.NeverBorn);
        Volatile.Write(ref chunk->Deaths[index], (uint)chunk->FreeHead);
        chunk->FreeHead = index;
        chunk->FreeCount++;
        chunk->DeadCount--;
        FreeRows++;
    }

    void IRetirable.Release(nint token, long size)
    {
        if (_disposed)
        {
            return;
        }

        int number = (int)token;
        Bytes -= _chunks[number]!.Bytes + _chunks[number]!.Strings.Bytes;
        _chunks[number]!.Free();
        _chunks[number] = null;
        _directory[number] = null;
        _numbersFree.Push(number);
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var chunk in _chunks)
        {
            chunk?.Free();
        }

        _chunks.Clear();
    }

    internal long MeasureBytes()
    {
        long bytes = 0;
        foreach (var chunk in _chunks)
        {
            bytes += chunk is null ? 0 : chunk.Bytes + chunk.Strings.Bytes;
        }

        return Bytes = bytes;
    }

    private int AllocateFreed(Span<uint> rows, long tick)
    {
        int done = 0;
        int chunksLeft = _scanOrder.Length;
        while (done < rows.Length && FreeRows > 0 && chunksLeft > 0)
        {
            if (_freeRowsChunk >= _scanOrder.Length)
            {
                _freeRowsChunk = 0;
            }

            int number = _scanOrder[_freeRowsChunk];
            var chunk = _directory[number];
            if (chunk->FreeCount == 0 || tick - chunk->TickBase >= ChunkHeader.NeverBorn - 1)
            {
                _freeRowsChunk++;
                chunksLeft--;
                continue;
            }

            chunk->BirthMax = Math.Max(chunk->BirthMax, tick);
            while (done < rows.Length && chunk->FreeCount > 0)
            {
                int index = chunk->FreeHead;
                chunk->FreeHead = (int)chunk->Deaths[index];
                chunk->FreeCount--;
                FreeRows--;
                rows[done++] = ((uint)number << RowBits) | (uint)index;
            }
        }

        return done;
    }

    private void OpenChunk(long tick)
    {
        int capacity = _open == 0 ? ChunkRowsMin : Math.Min(_directory[_open]->Capacity * 2, ChunkRowsMax);
        int number = _numbersFree.TryPop(out int freed) ? freed : _chunks.Count;
        if (number >= ChunksMax)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "an arrangement holds too many rows in memory");
        }

        // One below the tick, so that 0 is before anything born here.
        var chunk = new Chunk(Types, _positionArrays, capacity, tick - 1);
        Bytes += chunk.Bytes;
        if (number == _chunks.Count)
        {
            _chunks.Add(null);
        }

        _chunks[number] = chunk;
        if (number >= _directoryCapacity)
        {
            GrowDirectory();
        }

        _directory[number] = chunk.Header;
        _open = number;
        _scanOrder = [.. _scanOrder, number];
    }

    private void GrowDirectory()
    {
        long bytes = (long)_directoryCapacity * sizeof(ChunkHeader*);
        var grown = (ChunkHeader**)_heap.AllocateZeroed(bytes * 2);
        Buffer.MemoryCopy(_directory, grown, bytes * 2, bytes);
        var old = _directory;
        Interlocked.MemoryBarrier();
        _directory = grown;
        _heap.Retire(old, bytes);
        _directoryCapacity *= 2;
    }
}
