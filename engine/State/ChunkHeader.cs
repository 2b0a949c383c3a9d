using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.State;

/// <summary>Where one column of a chunk stands. Validity is absent while no row is null.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChunkColumn
{
    internal byte* Values;
    internal byte* Validity;
}

/// <summary>
/// What readers need of a chunk, in native memory: row count, versions, columns. Followed by the columns and, per index
/// that holds several rows a key, the array of back positions. Fields that appear later (deaths, validity) are written
/// before the pointer to them is.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ChunkHeader
{
    /// <summary>A birth no reader can see: the row is free or being written.</summary>
    internal const uint NeverBorn = uint.MaxValue;

    /// <summary>A death that has not come.</summary>
    internal const uint Alive = uint.MaxValue;

    /// <summary>So far from its base a chunk is given a new one (<see cref="Chunk.Rebase"/>).</summary>
    internal const long RelativeMax = 1L << 31;

    /// <summary>Births and deaths count from this tick.</summary>
    internal long TickBase;

    /// <summary>The newest birth, as a tick.</summary>
    internal long BirthMax;

    internal uint* Births;

    /// <summary>Null while no row has died.</summary>
    internal uint* Deaths;

    /// <summary>The row id of the version a row replaced, or 0. Null while no row replaced another.</summary>
    internal uint* Previous;

    /// <summary>How often the row stands in the bag. Null while every count is 1.</summary>
    internal long* Counts;

    internal int RowCount;
    internal int Capacity;
    internal int ColumnCount;
    internal int PositionCount;

    /// <summary>
    /// A bit per row that may be written again; null while none was freed. Owner only, as what follows.
    /// </summary>
    internal ulong* FreeBits;
    internal int FreeCount;

    /// <summary>Rows alive; those neither free nor alive are dead and still needed.</summary>
    internal int LiveCount;

    /// <summary>
    /// Where the sweep that hands out free rows stands, in words of 64; -1: not in the queue for one.
    /// </summary>
    internal int SweepWord;

    /// <summary>
    /// The store's checkpoint number when all rows moved in here (<see cref="RowStore.Generation"/>); -1: they were written here.
    /// </summary>
    internal int MovedIn;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ChunkColumn* Columns(ChunkHeader* chunk) => (ChunkColumn*)(chunk + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint** Positions(ChunkHeader* chunk) => (uint**)(Columns(chunk) + chunk->ColumnCount);

    /// <summary>A tick as births and deaths hold it, saturated so that comparisons come out right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly uint Relative(long tick)
    {
        long relative = tick - TickBase;
        return relative < 0 ? 0 : relative >= NeverBorn ? NeverBorn - 1 : (uint)relative;
    }
}
