using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Rows in chunks, addressed by a 32-bit row id: chunk number and row (16 bits each; chunk 0 does not exist, so 0 is no
/// row). Rows have versions: born at a tick, dead at a tick; freed rows are written again. The owner's thread writes;
/// readers on any thread go through ids and ticks they have pinned. Column writes stand in <see cref="RowWriter"/>.
/// </summary>
internal sealed unsafe partial class RowStore : IRetirable, IDisposable
{
    internal const int RowBits = 16;
    internal const int ChunkRowsMin = 1 << 10;
    internal const int ChunkRowsMax = 1 << RowBits;
    private const int ChunksMax = 1 << 15;

    private readonly StateContext _context;
    private readonly StateHeap _heap;
    private readonly int _positionArrays;
    private readonly bool _appendOnly;
    private readonly int[] _widths;
    private readonly List<Chunk?> _chunks = [null];
    private readonly Stack<int> _numbersFree = new();
    private ChunkHeader** _directory;
    private int _directoryCapacity;
    private int _open;
    private readonly Queue<int> _sweeps = new();
    private volatile int[] _scanOrder = [];
    private bool _disposed;

    internal RowStore(StateContext context, StateHeap heap, IReadOnlyList<SqlType> types, int positionArrays, bool appendOnly)
    {
        _context = context;
        _heap = heap;
        _positionArrays = positionArrays;
        _appendOnly = appendOnly;
        Types = types;
        _widths = [.. types.Select(t => t.Width)];
        _directoryCapacity = 16;
        _directory = (ChunkHeader**)heap.AllocateZeroed(_directoryCapacity * sizeof(ChunkHeader*));
    }

    internal IReadOnlyList<SqlType> Types { get; }

    internal StateContext Context => _context;

    /// <summary>Rows alive now.</summary>
    internal long LiveRows { get; private set; }

    /// <summary>Rows free for writing again.</summary>
    internal long FreeRows { get; private set; }

    /// <summary>Free rows below which nothing is compacted; tests lower it.</summary>
    internal int SparseRowsMin { get; set; } = ChunkRowsMax;

    /// <summary>More rows are free than live.</summary>
    internal bool IsSparse => FreeRows > Math.Max(LiveRows, SparseRowsMin);

    /// <summary>Chunk numbers in the order scans take them; a new array whenever it changes.</summary>
    internal int[] ScanOrder => _scanOrder;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkHeader* ChunkOf(uint row) => _directory[row >> RowBits];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkHeader* ChunkAt(int number) => _directory[number];

    internal Chunk OwnerOf(uint row) => _chunks[(int)(row >> RowBits)]!;

    /// <summary>The chunk a row id names, if there is one.</summary>
    internal Chunk? OwnerAt(uint row) => row >> RowBits < _chunks.Count ? _chunks[(int)(row >> RowBits)] : null;

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

    /// <summary>Brings a row's versions and some of its columns into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void PrefetchRow(uint row, ReadOnlySpan<int> columns)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        var chunk = ChunkOf(row);
        int index = RowOf(row);
        Sse.Prefetch0(chunk->Births + index);
        if (chunk->Deaths != null)
        {
            Sse.Prefetch0(chunk->Deaths + index);
        }

        foreach (int column in columns)
        {
            Sse.Prefetch0(ChunkHeader.Columns(chunk)[column].Values + ((long)index * _widths[column]));
        }
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

    /// <summary>
    /// Takes rows to write: freed ones first, then the open chunk's end. They are unborn until <see cref="Bear"/>.
    /// </summary>
    internal int Allocate(Span<uint> rows, long tick)
    {
        int reused = _sweeps.Count > 0 ? AllocateFreed(rows, tick) : 0;
        for (int done = reused; done < rows.Length;)
        {
            uint first = AllocateRun(rows.Length - done, tick, out int count);
            for (int i = 0; i < count; i++)
            {
                rows[done + i] = first + (uint)i;
            }

            done += count;
        }

        return reused;
    }

    /// <summary>
    /// Takes neighbours at the open chunk's end, as many as are wanted or left there: the first one's id. Never written before, unborn
    /// until <see cref="BearRun"/>.
    /// </summary>
    internal uint AllocateRun(int rowsMax, long tick, out int count)
    {
        var chunk = _open == 0 ? null : _directory[_open];
        if (chunk == null || chunk->RowCount == chunk->Capacity || tick - chunk->TickBase >= ChunkHeader.RelativeMax)
        {
            OpenChunk(tick);
            chunk = _directory[_open];
        }

        count = Math.Min(rowsMax, chunk->Capacity - chunk->RowCount);
        uint first = ((uint)_open << RowBits) | (uint)chunk->RowCount;
        new Span<uint>(chunk->Births + chunk->RowCount, count).Fill(ChunkHeader.NeverBorn);
        chunk->BirthMax = Math.Max(chunk->BirthMax, tick);
        Volatile.Write(ref chunk->RowCount, chunk->RowCount + count);
        return first;
    }

    /// <summary>As <see cref="Bear"/>, neighbours of one chunk.</summary>
    internal void BearRun(uint first, int count, long tick)
    {
        var chunk = ChunkOf(first);
        int index = RowOf(first);
        if (chunk->Deaths != null)
        {
            new Span<uint>(chunk->Deaths + index, count).Fill(ChunkHeader.Alive);
        }

        chunk->LiveCount += count;
        // What a row holds is written before its birth is.
        Interlocked.MemoryBarrier();
        new Span<uint>(chunk->Births + index, count).Fill((uint)(tick - chunk->TickBase));
        LiveRows += count;
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

            chunk->LiveCount++;
            Volatile.Write(ref chunk->Births[index], (uint)(tick - chunk->TickBase));
        }

        LiveRows += rows.Length;
    }

    internal void Kill(uint row, long tick)
    {
        var chunk = ChunkOf(row);
        if (tick - chunk->TickBase >= ChunkHeader.RelativeMax)
        {
            chunk = Rebase((int)(row >> RowBits));
        }

        NoteGone(chunk, row);
        uint* deaths = chunk->Deaths == null ? OwnerOf(row).RequireDeaths() : chunk->Deaths;
        Volatile.Write(ref deaths[RowOf(row)], checked((uint)(tick - chunk->TickBase)));
        chunk->LiveCount--;
        LiveRows--;
    }

    /// <summary>
    /// Gives a dead row, which no index can reach and no pin can see, back for writing. A chunk is swept for such rows
    /// once a quarter of it is free: they are then handed out in order, so that writing them is nearly as sequential as
    /// appending.
    /// </summary>
    internal void Free(uint row)
    {
        var chunk = ChunkOf(row);
        int index = RowOf(row);
        OwnerOf(row).RequireFreeBits()[index >> 6] |= 1UL << (index & 63);
        chunk->FreeCount++;
        FreeRows++;
        if (chunk->SweepWord < 0 && chunk->FreeCount >= chunk->Capacity / 4)
        {
            chunk->SweepWord = 0;
            _sweeps.Enqueue((int)(row >> RowBits));
        }
    }

    void IRetirable.Release(nint token, long size)
    {
        if (_disposed)
        {
            return;
        }

        int number = (int)token;
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
        // Others than the owner may ask, so without an enumerator that minds a chunk more.
        long bytes = 0;
        for (int i = 0; i < _chunks.Count; i++)
        {
            bytes += _chunks[i] is { } chunk ? chunk.Bytes + chunk.Strings.Bytes : 0;
        }

        return bytes;
    }

    /// <summary>Hands out the next free rows of the chunks being swept.</summary>
    private int AllocateFreed(Span<uint> rows, long tick)
    {
        int done = 0;
        while (done < rows.Length && _sweeps.TryPeek(out int number))
        {
            var chunk = _directory[number];
            if (tick - chunk->TickBase >= ChunkHeader.RelativeMax)
            {
                chunk = Rebase(number);
            }

            int words = chunk->Capacity >> 6;
            chunk->BirthMax = Math.Max(chunk->BirthMax, tick);
            while (done < rows.Length && chunk->SweepWord < words)
            {
                ref ulong word = ref chunk->FreeBits[chunk->SweepWord];
                while (word != 0 && done < rows.Length)
                {
                    int index = (chunk->SweepWord << 6) + BitOperations.TrailingZeroCount(word);
                    word &= word - 1;
                    // Unborn before its death is overwritten: see Bear.
                    Volatile.Write(ref chunk->Births[index], ChunkHeader.NeverBorn);
                    chunk->FreeCount--;
                    FreeRows--;
                    rows[done++] = ((uint)number << RowBits) | (uint)index;
                }

                chunk->SweepWord += word == 0 ? 1 : 0;
            }

            if (chunk->SweepWord >= words)
            {
                chunk->SweepWord = -1;
                _sweeps.Dequeue();
            }
        }

        return done;
    }

    /// <summary>
    /// Chunks so sparse that their rows (<paramref name="rowsMax"/> in all) had better stand together elsewhere: none while free
    /// rows are fewer than live ones. Only chunks without versions that a pin might need.
    /// </summary>
    internal int FindSparse(long oldest, int rowsMax, Span<int> chunks)
    {
        int count = 0;
        int rows = 0;
        if (!IsSparse)
        {
            return 0;
        }

        foreach (int number in _scanOrder)
        {
            var chunk = _directory[number];
            bool isSettled = chunk->LiveCount + chunk->FreeCount == chunk->RowCount && chunk->BirthMax <= oldest;
            if (number != _open && isSettled && chunk->LiveCount <= chunk->RowCount / 4
                && rows + chunk->LiveCount <= rowsMax && count < chunks.Length)
            {
                chunks[count++] = number;
                rows += chunk->LiveCount;
            }
        }

        return count;
    }

    /// <summary>The ids of a chunk's live rows.</summary>
    internal void CollectLive(int number, List<uint> rows)
    {
        var chunk = _directory[number];
        for (int index = 0; index < chunk->RowCount; index++)
        {
            if (chunk->FreeBits == null || (chunk->FreeBits[index >> 6] >> (index & 63) & 1) == 0)
            {
                rows.Add(((uint)number << RowBits) | (uint)index);
            }
        }
    }

    /// <summary>A chunk for rows that move: no scan sees it before <see cref="Exchange"/>.</summary>
    internal int NewChunk(int rowCount, long tickBase)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(rowCount, ChunkRowsMin));
        int number = AddChunk(capacity, tickBase);
        var chunk = _directory[number];
        new Span<uint>(chunk->Births, rowCount).Clear();
        chunk->BirthMax = tickBase;
        chunk->RowCount = rowCount;
        chunk->LiveCount = rowCount;
        chunk->MovedIn = Generation;
        return number;
    }

    /// <summary>Replaces chunks by one (0: none) that holds their live rows, for scans that start from now on.</summary>
    internal void Exchange(ReadOnlySpan<int> old, int replacement)
    {
        var order = new List<int>(_scanOrder);
        foreach (int number in old)
        {
            order.Remove(number);
            FreeRows -= _directory[number]->FreeCount;
            _context.Retired.Retire(this, number, 0);
        }

        if (replacement != 0)
        {
            order.Add(replacement);
        }

        _scanOrder = [.. order];
        int[] sweeps = [.. _sweeps];
        _sweeps.Clear();
        foreach (int number in sweeps)
        {
            if (!old.Contains(number))
            {
                _sweeps.Enqueue(number);
            }
        }
    }

    private ChunkHeader* Rebase(int number)
    {
        var header = _chunks[number]!.Rebase(RebaseTick);
        Volatile.Write(ref *(nint*)(_directory + number), (nint)header);
        return header;
    }

    private void OpenChunk(long tick)
    {
        int capacity = _open == 0 ? ChunkRowsMin : Math.Min(_directory[_open]->Capacity * 2, ChunkRowsMax);
        // One below the tick, so that 0 is before anything born here.
        _open = AddChunk(capacity, tick - 1);
        _scanOrder = [.. _scanOrder, _open];
    }

    private int AddChunk(int capacity, long tickBase)
    {
        int number = _numbersFree.TryPop(out int freed) ? freed : _chunks.Count;
        if (number >= ChunksMax)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "an arrangement holds too many rows in memory");
        }

        if (number == _chunks.Count)
        {
            _chunks.Add(null);
        }

        var chunk = new Chunk(Types, _positionArrays, capacity, tickBase, _appendOnly);
        _chunks[number] = chunk;
        if (number >= _directoryCapacity)
        {
            GrowDirectory();
        }

        _directory[number] = chunk.Header;
        return number;
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
