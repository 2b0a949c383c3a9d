using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>
/// Drives operators tick by tick as the executor does and integrates what comes out. Checks what every operator
/// promises: no zero weights, no batch over 4096 rows, ticks end downstream exactly once.
/// </summary>
internal sealed class OperatorHarness : IDisposable
{
    private readonly List<OwnedBatch> _batches = [];
    private readonly List<IReadOnlyList<SqlType>> _types = [];
    private readonly List<Operator> _made = [];
    private readonly List<Batch> _received = [];
    private Operator? _root;
    private int _ticksEnded;

    internal OperatorHarness(ulong hashSeed = 42)
    {
        Context = new OperatorContext(0, 1, new Arena()) { HashSeed = hashSeed, State = StateContext.Private() };
        Context.Tick = 1;
    }

    internal OperatorContext Context { get; }

    internal List<InputOperator> Inputs { get; } = [];

    /// <summary>What all ticks so far add up to.</summary>
    internal ZSet Total { get; } = [];

    /// <summary>The last tick's delta, consolidated, and how many rows it took.</summary>
    internal ZSet LastDelta { get; private set; } = [];

    internal int LastDeltaRows { get; private set; }

    internal Operator Operator => _root!;

    internal InputOperator AddInput(params IReadOnlyList<SqlType> types)
    {
        var input = new InputOperator(Context);
        Inputs.Add(input);
        _types.Add(types);
        return input;
    }

    /// <summary>Makes a plan node's operator as the graph does.</summary>
    internal Operator Create(OperatorFactory factory, PlanNode node, params IReadOnlyList<Operator> inputs) =>
        factory.Create(node, Context, inputs, _made.Add);

    /// <summary>The operator itself, or behind a planted bug.</summary>
    internal Operator Mutated(Operator upstream, Func<OperatorContext, Operator>? mutate)
    {
        if (mutate is null)
        {
            return upstream;
        }

        var mutant = mutate(Context);
        upstream.ConnectTo(mutant, 0);
        return mutant;
    }

    /// <summary>Watches an operator's output.</summary>
    internal void Watch(Operator root)
    {
        _root = root;
        root.ConnectTo(new CaptureOperator(Context, Receive, ReadReceived), 0);
    }

    internal void Push(int input, IEnumerable<(Row, long)> rows)
    {
        var batch = Rows.ToBatch(_types[input], rows);
        _batches.Add(batch);
        if (batch.Batch.RowCount > 0)
        {
            Inputs[input].Push(0, batch.Batch);
        }
    }

    /// <summary>Ends the tick on the inputs in the given order (all, ascending, when none is given).</summary>
    internal void EndTick(params int[] order)
    {
        _ticksEnded = 0;
        foreach (int input in order.Length == 0 ? [.. Enumerable.Range(0, Inputs.Count)] : order)
        {
            Inputs[input].EndTick(0);
        }

        Assert.Equal(1, _ticksEnded);
        NextTick();
    }

    internal void BeginTick()
    {
        LastDelta = [];
        LastDeltaRows = 0;
    }

    public void Dispose()
    {
        if (_made.Count == 0)
        {
            _root?.Drop();
        }

        _made.ForEach(o => o.Drop());
        Context.ResetTick();
        Context.TickArena.Dispose();
        Context.State.Dispose();
        _batches.ForEach(b => b.Dispose());
    }

    private void NextTick()
    {
        Total.Add(LastDelta);
        Context.State.Ticks.Publish(Context.Tick);
        Context.State.EndTick();
        Context.ResetTick();
        _batches.ForEach(b => b.Dispose());
        _batches.Clear();
        Context.Tick++;
    }

    private void Receive(Batch batch)
    {
        Assert.InRange(batch.RowCount, 1, Batch.RowsMax);
        for (int i = 0; i < batch.RowCount; i++)
        {
            Assert.NotEqual(0, batch.Weight(i));
        }

        for (int i = 0; i < batch.ColumnCount; i++)
        {
            Assert.Equal(batch.RowCount, batch[i].Length);
            Assert.NotEqual(VectorEncoding.Constant, batch[i].Encoding);
        }

        LastDeltaRows += batch.RowCount;
        _received.Add(Context.Keep(batch));
    }

    /// <summary>Reads the tick's output only when it has ended, as operators that keep batches do: it must still be there.</summary>
    private void ReadReceived()
    {
        _ticksEnded++;
        _received.ForEach(LastDelta.Change);
        _received.Clear();
    }
}
