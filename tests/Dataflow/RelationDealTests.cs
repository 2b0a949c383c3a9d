using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Dataflow;

/// <summary>A tick's rows go to the parts in runs: each row once, in order, about as many to each.</summary>
public sealed class RelationDealTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Deal_AnyBatches_GivesEachRowToOnePartInOrder(int parts)
    {
        var random = new Random(Seeds.Next(output));
        using var arena = new Arena();
        var deal = new RelationDeal();
        for (int round = 0; round < 50; round++)
        {
            var taken = new List<long>[parts];
            RelationInput[] inputs = [.. Enumerable.Range(0, parts).Select(part => Input(part, parts, taken))];
            long rows = 0;
            int shortBatches = random.Next(40);
            for (int i = 0; i <= shortBatches; i++)
            {
                int count = random.Next(8) == 0 ? random.Next(20_000) : random.Next(300);
                deal.Add(Numbers(arena, rows, count));
                rows += count;
            }

            deal.Deal(inputs, rowsToSpread: 1000);
            Assert.True(deal.IsEmpty);
            Array.ForEach(inputs, i => i.Deliver());
            Assert.Equal(Enumerable.Range(0, (int)rows).Select(n => (long)n), taken.SelectMany(t => t));
            long most = rows < 1000 ? rows : (rows / parts) + 16;
            Assert.All(taken, t => Assert.InRange(t.Count, 0, most));
            arena.Reset();
        }
    }

    private static RelationInput Input(int part, int parts, List<long>[] taken)
    {
        var context = new OperatorContext(part, parts, new Arena());
        var input = new RelationInput(context);
        taken[part] = [];
        input.ConnectTo(new Taking(context, taken[part]), 0);
        return input;
    }

    private static Batch Numbers(Arena arena, long first, int count)
    {
        var vector = Vector.Allocate(arena, SqlType.Int64, count);
        for (int i = 0; i < count; i++)
        {
            vector.Values<long>()[i] = first + i;
        }

        var batch = new Batch();
        batch.Reset(count, 1);
        batch[0] = vector;
        return batch;
    }

    private sealed class Taking(OperatorContext context, List<long> rows) : Operator(context, inputCount: 1)
    {
        public override void Push(int input, Batch batch)
        {
            Assert.InRange(batch.RowCount, 1, Batch.RowsMax);
            rows.AddRange(batch[0].Values<long>()[..batch.RowCount].ToArray());
        }
    }
}
