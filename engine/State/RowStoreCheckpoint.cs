namespace Vectorized.Engine.State;

/// <summary>
/// What a checkpoint needs of the rows: a row has been written if it was born at or before the last captured tick and has not moved
/// since; when such a row dies or moves, its id is noted, for by the next checkpoint its place may hold another.
/// </summary>
internal sealed unsafe partial class RowStore
{
    private List<uint>? _gone;
    private long _captured = long.MinValue;

    /// <summary>Counts captures.</summary>
    internal int Generation { get; private set; }

    /// <summary>The tick of the last capture; long.MinValue: there was none.</summary>
    internal long CapturedTick => _captured;

    /// <summary>The chunk rows are appended to; 0: none.</summary>
    internal int OpenChunkNumber => _open;

    /// <summary>Births before this may collapse: nobody asks what lies between.</summary>
    private long RebaseTick => _captured == long.MinValue ? _context.Ticks.OldestVisible
        : Math.Min(_captured, _context.Ticks.OldestVisible);

    internal void TrackCheckpoints() => _gone = [];

    /// <summary>A live row gets another id.</summary>
    internal void NoteMoved(uint row) => NoteGone(ChunkOf(row), row);

    /// <summary>
    /// Ids gone since the last capture; what was born from now on, or moves, belongs to the next. Owner.
    /// </summary>
    internal List<uint> Capture(long tick)
    {
        var gone = _gone!;
        _gone = [];
        Generation++;
        _captured = tick;
        return gone;
    }

    /// <summary>Whether any row was born or moved since the last capture, or all of them count.</summary>
    internal bool HasNew()
    {
        foreach (int number in _scanOrder)
        {
            var chunk = _directory[number];
            if (chunk->LiveCount > 0 && (chunk->BirthMax > _captured || chunk->MovedIn == Generation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A chunk at its number whose rows are all free, to be filled by <see cref="Revive"/>; births and deaths count from the tick.
    /// </summary>
    internal void RestoreChunk(int number, int capacity, int rowCount, long tick)
    {
        while (_chunks.Count <= number)
        {
            _chunks.Add(null);
        }

        var chunk = new Chunk(Types, _positionArrays, capacity, tick, _appendOnly);
        _chunks[number] = chunk;
        while (number >= _directoryCapacity)
        {
            GrowDirectory();
        }

        var header = chunk.Header;
        _directory[number] = header;
        new Span<uint>(header->Births, capacity).Fill(ChunkHeader.NeverBorn);
        chunk.ClearViews();
        header->RowCount = rowCount;
        header->BirthMax = tick;
    }

    /// <summary>Rows just written in restored chunks stand from the chunk's tick on.</summary>
    internal void Revive(ReadOnlySpan<uint> rows)
    {
        foreach (uint row in rows)
        {
            var chunk = ChunkOf(row);
            chunk->Births[RowOf(row)] = 0;
            chunk->LiveCount++;
        }

        LiveRows += rows.Length;
    }

    /// <summary>The chunks are complete: what was not revived is free, and the order of scans is as it was.</summary>
    internal void EndRestore(int[] scanOrder, int open, long tick)
    {
        foreach (int number in scanOrder)
        {
            var chunk = _directory[number];
            if (chunk->LiveCount < chunk->RowCount)
            {
                // A chunk without deaths is taken for one whose rows are all born.
                _chunks[number]!.RequireDeaths();
                for (int index = 0; index < chunk->RowCount; index++)
                {
                    if (chunk->Births[index] == ChunkHeader.NeverBorn)
                    {
                        Free(((uint)number << RowBits) | (uint)index);
                    }
                }
            }
        }

        for (int number = _chunks.Count - 1; number > 0; number--)
        {
            if (_chunks[number] is null)
            {
                _numbersFree.Push(number);
            }
        }

        _open = open;
        _scanOrder = scanOrder;
        _captured = tick;
    }

    private void NoteGone(ChunkHeader* chunk, uint row)
    {
        if (_gone is not null && _captured != long.MinValue && chunk->MovedIn != Generation
            && chunk->TickBase + chunk->Births[RowOf(row)] <= _captured)
        {
            _gone.Add(row);
        }
    }
}
