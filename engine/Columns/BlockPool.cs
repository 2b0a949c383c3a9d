using System.Numerics;
using Vectorized.Engine.Budget;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Rents native blocks by power-of-two size class (4 KiB to 1 GiB). Returned ones wait for the next use, resident up to
/// <see cref="CacheBytesMax"/>; beyond it their pages go back to the system: small blocks keep their address and id (they are cut
/// from slabs of 1 MiB), large ones are unmapped. All of the engine's column memory comes from here, and the thread's
/// <see cref="MemoryAccount"/>, if it has one, is asked first. Threads: any. Content of a rented block is unspecified; debug builds
/// poison returned blocks.
/// </summary>
internal static unsafe class BlockPool
{
    internal const int BytesMin = 4096;
    internal const int ClassCount = 19;
    private const int SlabBytes = 1 << 20;
    private const long CacheBytesUsual = 256L << 20;

    private static readonly Lock _lock = new();
    private static readonly Stack<Block>[] _resident = CreateStacks();
    private static readonly Stack<Block>[] _discarded = CreateStacks();
    private static readonly long[] _rented = new long[ClassCount];
    private static bool _mayWarm = true;
    private static long _liveBytes;
    private static long _cachedBytes;
    private static long _cacheBytesMax = CacheBytesUsual;

    /// <summary>Bytes rented out and not yet returned.</summary>
    internal static long LiveBytes => Volatile.Read(ref _liveBytes);

    /// <summary>Bytes kept resident for reuse.</summary>
    internal static long CachedBytes => Volatile.Read(ref _cachedBytes);

    /// <summary>Bytes that are resident because of the pool, at most: what is rented and what is kept.</summary>
    internal static long CommittedBytes => LiveBytes + CachedBytes;

    /// <summary>How much is kept resident for reuse: less where memory is limited.</summary>
    internal static long CacheBytesMax
    {
        get => Volatile.Read(ref _cacheBytesMax);
        set => Volatile.Write(ref _cacheBytesMax, Math.Clamp(value, 0, CacheBytesUsual));
    }

    /// <summary>Whether blocks may be made resident in advance: not where memory is about to be short. Any thread.</summary>
    internal static bool MayWarm
    {
        get => Volatile.Read(ref _mayWarm);
        set => Volatile.Write(ref _mayWarm, value);
    }

    internal static Block Rent(long bytesWanted)
    {
        if (bytesWanted > 1L << 30)
        {
            throw new Types.SqlException(
                Types.SqlState.ProgramLimitExceeded, $"a single allocation of {bytesWanted} bytes exceeds the limit of 1 GiB");
        }

        int index = ClassOf((int)bytesWanted);
        int bytes = BytesMin << index;
        MemoryAccount.Current?.Charge(bytes);
        Block block;
        bool isResident;
        lock (_lock)
        {
            _rented[index] += bytes;
            isResident = _resident[index].TryPop(out block);
            if (isResident)
            {
                _cachedBytes -= bytes;
            }
            else if (!_discarded[index].TryPop(out block))
            {
                block = Map(index, bytes);
            }
        }

        if (!isResident)
        {
            BlockWarming.Missed();
        }

        Interlocked.Add(ref _liveBytes, bytes);
        return block;
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
        MemoryAccount.Current?.Credit(block.Bytes);
        Interlocked.Add(ref _liveBytes, -block.Bytes);
        lock (_lock)
        {
            _rented[ClassOf(block.Bytes)] -= block.Bytes;
            if (_cachedBytes + block.Bytes <= CacheBytesMax)
            {
                _cachedBytes += block.Bytes;
                _resident[ClassOf(block.Bytes)].Push(block);
                return;
            }
        }

        Discard(block);
    }

    /// <summary>Bytes of a block of a class.</summary>
    internal static int BytesOf(int index) => BytesMin << index;

    /// <summary>Bytes of a class rented out and not yet returned.</summary>
    internal static long RentedBytes(int index) => Volatile.Read(ref _rented[index]);

    /// <summary>Bytes of a class kept resident.</summary>
    internal static long ResidentBytes(int index)
    {
        lock (_lock)
        {
            return (long)_resident[index].Count * BytesOf(index);
        }
    }

    /// <summary>Makes one more block of a class resident and keeps it; false: that much may not be kept.</summary>
    internal static bool TryWarm(int index)
    {
        int bytes = BytesOf(index);
        Block block;
        lock (_lock)
        {
            if (!MayWarm || _cachedBytes + bytes > CacheBytesMax)
            {
                return false;
            }

            if (!_discarded[index].TryPop(out block))
            {
                block = Map(index, bytes);
            }
        }

        // SAFETY: the block is in no list and nobody's, and its content is unspecified.
        Pages.Populate(block.Address, bytes);
        lock (_lock)
        {
            _cachedBytes += bytes;
            _resident[index].Push(block);
        }

        return true;
    }

    /// <summary>Gives kept blocks back to the system, the largest first, until no more than this is kept.</summary>
    internal static void Trim(long bytesKept)
    {
        for (int index = ClassCount - 1; index >= 0; index--)
        {
            while (CachedBytes > bytesKept)
            {
                Block block;
                lock (_lock)
                {
                    if (!_resident[index].TryPop(out block))
                    {
                        break;
                    }

                    _cachedBytes -= block.Bytes;
                }

                Discard(block);
            }
        }
    }

    private static void Discard(Block block)
    {
        // SAFETY: the block's only owner has given it up, and nothing else can get it before it stands in a list again.
        if (block.Bytes >= SlabBytes)
        {
            BlockTable.Unregister(block.Id);
            Pages.Unmap(block.Address, block.Bytes);
            return;
        }

        Pages.Discard(block.Address, block.Bytes);
        lock (_lock)
        {
            _discarded[ClassOf(block.Bytes)].Push(block);
        }
    }

    /// <summary>A new block; a small one with its neighbours of one slab, which wait untouched. Under the lock.</summary>
    private static Block Map(int index, int bytes)
    {
        byte* address = Pages.Map(Math.Max(bytes, SlabBytes));
        for (int offset = bytes; offset < SlabBytes; offset += bytes)
        {
            _discarded[index].Push(new Block(address + offset, BlockTable.Register(address + offset), bytes));
        }

        return new Block(address, BlockTable.Register(address), bytes);
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
