using System.Numerics;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Rents native blocks by power-of-two size class (4 KiB to 1 GiB) and keeps returned ones for reuse up to a bound.
/// All of the engine's column memory comes from here, so <see cref="LiveBytes"/> is what the memory budget counts.
/// Threads: any. Content of a rented block is unspecified; debug builds poison returned blocks.
/// </summary>
internal static unsafe class BlockPool
{
    internal const int BytesMin = 4096;
    private const int ClassCount = 19;
    private const long CachedBytesMax = 256L << 20;

    private static readonly Lock _lock = new();
    private static readonly Stack<Block>[] _free = CreateStacks();
    private static long _liveBytes;
    private static long _cachedBytes;

    /// <summary>Bytes rented out and not yet returned.</summary>
    internal static long LiveBytes => Volatile.Read(ref _liveBytes);

    /// <summary>Bytes kept for reuse.</summary>
    internal static long CachedBytes => Volatile.Read(ref _cachedBytes);

    internal static Block Rent(long bytesWanted)
    {
        if (bytesWanted > 1L << 30)
        {
            throw new Types.SqlException(
                Types.SqlState.ProgramLimitExceeded, $"a single allocation of {bytesWanted} bytes exceeds the limit of 1 GiB");
        }

        int index = ClassOf((int)bytesWanted);
        int bytes = BytesMin << index;
        Interlocked.Add(ref _liveBytes, bytes);
        lock (_lock)
        {
            if (_free[index].TryPop(out var block))
            {
                _cachedBytes -= bytes;
                return block;
            }
        }

        byte* address = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        return new Block(address, BlockTable.Register(address), bytes);
    }

    internal static void Return(Block block)
    {
        if (block.IsNull)
        {
            return;
        }

#if DEBUG
        new Span<byte>(block.Address, block.Bytes).Fill(0xDD);
#endif
        Interlocked.Add(ref _liveBytes, -block.Bytes);
        lock (_lock)
        {
            if (_cachedBytes + block.Bytes <= CachedBytesMax)
            {
                _cachedBytes += block.Bytes;
                _free[ClassOf(block.Bytes)].Push(block);
                return;
            }
        }

        BlockTable.Unregister(block.Id);
        // SAFETY: the block came from AlignedAlloc in Rent and its only owner gives it up here.
        NativeMemory.AlignedFree(block.Address);
    }

    private static int ClassOf(int bytes) =>
        bytes <= BytesMin ? 0 : BitOperations.Log2((uint)(bytes - 1)) + 1 - BitOperations.Log2(BytesMin);

    private static Stack<Block>[] CreateStacks()
    {
        var stacks = new Stack<Block>[ClassCount];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new Stack<Block>();
        }

        return stacks;
    }
}
