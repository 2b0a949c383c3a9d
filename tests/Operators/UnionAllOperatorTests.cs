using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

public class UnionAllOperatorTests
{
    [Fact]
    public void UnionAll_InterleavedInputs_AddsThem()
    {
        SqlType[] types = [SqlType.Int64];
        using var harness = new OperatorHarness();
        var union = new UnionAllOperator(harness.Context, 3);
        for (int i = 0; i < 3; i++)
        {
            harness.AddInput(types).ConnectTo(union, i);
        }

        harness.Watch(union);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(types, 1), 1)]);
        harness.Push(2, [(Rows.New(types, 1), 2)]);
        harness.Push(1, [(Rows.New(types, 1), -1), (Rows.New(types, 2), 1)]);
        harness.EndTick(2, 0, 1);
        Assert.Equal(2, harness.Total[Rows.New(types, 1)]);
        Assert.Equal(1, harness.Total[Rows.New(types, 2)]);
    }
}
