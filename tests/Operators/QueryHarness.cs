using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>Drives operators as an ad-hoc query does: one tick, vectors whose memory is given back after each, results collected.</summary>
internal sealed class QueryHarness : IDisposable
{
    private readonly Arena _tick = new();
    private readonly Arena _scratch = new();
    private readonly List<Operator> _made = [];
    private readonly List<IReadOnlyList<SqlType>> _types = [];
    private readonly List<InputOperator> _inputs = [];
    private CollectOperator? _results;

    internal QueryHarness() =>
        Context = new OperatorContext(0, 1, _tick, _scratch) { HashSeed = 42, State = StateContext.Private(), Tick = 1 };

    internal OperatorContext Context { get; }

    internal InputOperator AddInput(params IReadOnlyList<SqlType> types)
    {
        var input = new InputOperator(Context);
        _inputs.Add(input);
        _types.Add(types);
        return input;
    }

    internal Operator Create(PlanNode node, params IReadOnlyList<Operator> inputs) =>
        new OperatorFactory().Create(node, Context, inputs, _made.Add);

    internal void Collect(Operator root)
    {
        _results = new CollectOperator(Context);
        _made.Add(_results);
        root.ConnectTo(_results, 0);
    }

    /// <summary>Feeds a vector; its memory is overwritten afterwards.</summary>
    internal void Push(int input, IEnumerable<(Row, long)> rows)
    {
        if (Context.IsStopped)
        {
            return;
        }

        var mark = _scratch.Position;
        int shells = Context.Batches.Position;
        using var batch = Rows.ToBatch(_types[input], rows);
        if (batch.Batch.RowCount > 0)
        {
            _inputs[input].Push(0, BatchCopy.Into(_scratch, batch.Batch));
        }

        _scratch.Release(mark);
        Context.Batches.Release(shells);
        _scratch.Allocate<byte>(200_000).Fill(0xEE);
        _scratch.Release(mark);
    }

    internal void End(int input) => _inputs[input].EndTick(0);

    /// <summary>All result rows in the order they came, repeated by weight.</summary>
    internal List<Row> Results()
    {
        Assert.True(_results!.IsComplete);
        var rows = new List<Row>();
        while (_results.Pull() is { } batch)
        {
            Assert.InRange(batch.RowCount, 1, Batch.RowsMax);
            for (int i = 0; i < batch.RowCount; i++)
            {
                Assert.True(batch.Weight(i) > 0);
                rows.AddRange(Enumerable.Repeat(Rows.Of(batch, i), (int)batch.Weight(i)));
            }
        }

        return rows;
    }

    public void Dispose()
    {
        _made.ForEach(o => o.Drop());
        Context.State.Dispose();
        _tick.Dispose();
        _scratch.Dispose();
    }
}
