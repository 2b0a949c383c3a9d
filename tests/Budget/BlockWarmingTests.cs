using Vectorized.Engine.Columns;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Budget;

/// <summary>Blocks made resident in advance: counted as kept, taken by the next who rents, never more than may be kept.</summary>
[Collection("alone")]
public sealed unsafe class BlockWarmingTests : IDisposable
{
    private const int Index = 7;
    private static readonly int _bytes = BlockPool.BytesOf(Index);
    private readonly long _cacheBytesMax = BlockPool.CacheBytesMax;

    /// <summary>The pool is the process's: a budget of another test may have been short of memory.</summary>
    public BlockWarmingTests()
    {
        BlockPool.MayWarm = true;
        BlockPool.CacheBytesMax = 1L << 30;
    }

    public void Dispose()
    {
        BlockPool.MayWarm = true;
        BlockPool.CacheBytesMax = _cacheBytesMax;
        BlockPool.Trim(0);
    }

    [Fact]
    public void WarmedBlock_IsResidentBeforeItIsRented()
    {
        BlockPool.Trim(0);
        long resident = Host.System.Memory.ResidentBytes;
        const int Count = 64;
        for (int i = 0; i < Count; i++)
        {
            Assert.True(BlockPool.TryWarm(Index));
        }

        Assert.InRange(Host.System.Memory.ResidentBytes - resident, (long)Count * _bytes * 9 / 10, long.MaxValue);
        Assert.InRange(BlockPool.ResidentBytes(Index), (long)Count * _bytes, long.MaxValue);
        long cached = BlockPool.CachedBytes;
        long rented = BlockPool.RentedBytes(Index);
        var block = BlockPool.Rent(_bytes);
        Assert.Equal((cached - _bytes, rented + _bytes), (BlockPool.CachedBytes, BlockPool.RentedBytes(Index)));
        BlockPool.Return(block);
        BlockPool.Trim(0);
    }

    [Fact]
    public void NothingIsWarmed_WhereMemoryIsShort()
    {
        BlockPool.MayWarm = false;
        Assert.False(BlockPool.TryWarm(Index));
        BlockPool.MayWarm = true;
        BlockPool.Trim(0);
        BlockPool.CacheBytesMax = _bytes;
        Assert.True(BlockPool.TryWarm(Index));
        Assert.False(BlockPool.TryWarm(Index));
    }

    /// <summary>What grows is kept in store; how soon is the scheduler's.</summary>
    [Fact]
    public void Growth_IsMetByTheThread()
    {
        var warming = new BlockWarming(Host.System.Threads);
        BlockPool.Trim(0);
        var blocks = new List<Block>();
        try
        {
            var until = DateTime.UtcNow.AddSeconds(60);
            while (BlockPool.ResidentBytes(Index) < 4 * _bytes && DateTime.UtcNow < until && blocks.Count < 10_000)
            {
                blocks.Add(BlockPool.Rent(_bytes));
                Thread.Sleep(1);
            }

            Assert.InRange(BlockPool.ResidentBytes(Index), 4 * _bytes, long.MaxValue);
        }
        finally
        {
            warming.Dispose();
            blocks.ForEach(BlockPool.Return);
            BlockPool.Trim(0);
        }
    }
}
