using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

public sealed class PartKernelTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void Mark_EveryPart_HoldsTheRowsOfItsShards(int parts)
    {
        var random = new Random(parts);
        for (int length = 0; length <= 300; length++)
        {
            ulong[] hashes = [.. Enumerable.Range(0, length).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
            byte[] marks = new byte[Bitmap.BytesFor(length) + 1];
            int[] rows = new int[length];
            int found = 0;
            for (int part = 0; part < parts; part++)
            {
                int first = ((part * 64) + parts - 1) / parts;
                int end = (((part + 1) * 64) + parts - 1) / parts;
                Array.Fill(marks, (byte)0xFF);
                PartKernel.Mark(hashes, first, end, marks);
                var expected = Enumerable.Range(0, length).Where(r => (int)(hashes[r] >> 58) is var shard && shard >= first && shard < end);
                int count = PartKernel.Select(marks, length, rows);
                Assert.Equal(expected, rows.Take(count));
                found += count;
            }

            Assert.Equal(length, found);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(50)]
    [InlineData(97)]
    [InlineData(100)]
    public void TakeBits_AnyLengthAndOffset_EqualsPlainLoop(int percent)
    {
        using var arena = new Arena();
        var random = new Random(percent);
        for (int length = 0; length <= 400; length++)
        {
            var whole = RandomVectors.Create(arena, SqlType.Boolean, length + 8, length % 2 == 0 ? 30 : 0, length);
            var source = whole.Slice(length % 3 == 0 ? 8 : 0, length);
            byte[] marks = new byte[Bitmap.BytesFor(length)];
            int[] rows = [.. Enumerable.Range(0, length).Where(_ => random.Next(100) < percent)];
            foreach (int row in rows)
            {
                marks[row >> 3] |= (byte)(1 << (row & 7));
            }

            var taken = PartKernel.TakeBits(source, marks, rows.Length, arena);
            Assert.Equal(rows.Length, taken.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.Equal(source.IsValid(rows[i]), taken.IsValid(i));
                Assert.Equal(source.Bit(rows[i]), taken.Bit(i));
            }
        }
    }
}
