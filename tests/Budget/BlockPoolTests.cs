using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Budget;

/// <summary>Blocks: what is given back leaves the process, what is rented is asked for first.</summary>
[Collection("alone")]
public sealed unsafe class BlockPoolTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    [InlineData(4 << 20)]
    public void Trim_GivesMemoryBackToTheSystem(int blockBytes)
    {
        const long All = 96L << 20;
        var memory = Host.System.Memory;
        BlockPool.Trim(0);
        long before = memory.ResidentBytes;
        var blocks = new List<Block>();
        for (long bytes = 0; bytes < All; bytes += blockBytes)
        {
            var block = BlockPool.Rent(blockBytes);
            new Span<byte>(block.Address, block.Bytes).Fill(7);
            blocks.Add(block);
        }

        Assert.InRange(memory.ResidentBytes - before, All * 9 / 10, All * 2);
        foreach (var block in blocks)
        {
            BlockPool.Return(block);
        }

        BlockPool.Trim(0);
        Assert.InRange(memory.ResidentBytes - before, long.MinValue, All / 4);
        Assert.Equal(0, BlockPool.CachedBytes);
        var again = BlockPool.Rent(blockBytes);
        new Span<byte>(again.Address, again.Bytes).Fill(9);
        Assert.True(BlockTable.Address(again.Id) == again.Address);
        BlockPool.Return(again);
    }

    [Fact]
    public void Account_IsChargedAndCredited_AndRefusesBeforeItRents()
    {
        var account = new QueryMemory(new MemoryBudget(new MeasuredMemory(), Host.System.Clock), 1 << 20);
        long live = BlockPool.LiveBytes;
        using (MemoryAccount.Enter(account))
        {
            var block = BlockPool.Rent(100_000);
            Assert.Equal(131_072, account.HeldBytes);
            Assert.Equal(SqlState.OutOfMemory, Assert.Throws<SqlException>(() => BlockPool.Rent(1 << 20)).SqlState);
            Assert.Equal((131_072, live + 131_072), (account.HeldBytes, BlockPool.LiveBytes));
            BlockPool.Return(block);
            Assert.Equal((0, live), (account.HeldBytes, BlockPool.LiveBytes));
        }

        BlockPool.Return(BlockPool.Rent(1 << 20));
        Assert.Null(MemoryAccount.Current);
    }

    [Theory]
    [InlineData("4GiB", 4L << 30)]
    [InlineData("1.5 kb", 1500L)]
    [InlineData("77", 77L)]
    [InlineData("GiB", null)]
    [InlineData("-1", null)]
    [InlineData("4GiBs", null)]
    public void Size_IsWhatItSays(string text, long? bytes) => Assert.Equal(bytes, MemorySize.TryParse(text));

    [Theory]
    [InlineData(77, "77 B")]
    [InlineData(512L << 20, "512 MiB")]
    [InlineData(1610612736, "1.5 GiB")]
    public void Size_IsReadByPeople(long bytes, string text) => Assert.Equal(text, MemorySize.Format(bytes));
}
