using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Experiments;

/// <summary>Operators on one part, driven tick by tick without an executor: what an experiment measures is theirs alone.</summary>
internal sealed class OperatorBed : IDisposable
{
    private readonly List<Operator> _made = [];
    private readonly OperatorFactory _factory = new();

    internal OperatorBed(bool materialisesLate = true) => Context = new OperatorContext(0, 1, new Arena())
    {
        HashSeed = 1,
        State = StateContext.Private(),
        Tick = 1,
        MaterialisesLate = materialisesLate,
    };

    internal OperatorContext Context { get; }

    /// <summary>Rows that came out, and their bytes of nothing: the sink only counts.</summary>
    internal long RowsOut { get; private set; }

    internal Operator Create(PlanNode node, params IReadOnlyList<Operator> inputs) =>
        _factory.Create(node, Context, inputs, _made.Add);

    internal void Sink(Operator root) =>
        root.ConnectTo(new CaptureOperator(Context, batch => RowsOut += batch.RowCount), 0);

    internal void NextTick()
    {
        Context.State.Ticks.Publish(Context.Tick);
        Context.State.EndTick();
        Context.ResetTick();
        Context.Tick++;
    }

    public void Dispose()
    {
        _made.ForEach(o => o.Drop());
        Context.State.Dispose();
        Context.TickArena.Dispose();
    }

    internal static ScanNode Scan(IReadOnlyList<SqlType> types, StreamKind kind, int[]? key = null) =>
        new(1, "input", [.. Enumerable.Range(0, types.Count)])
        {
            Columns = Columns(types),
            Properties = new StreamProperties(kind, key),
        };

    internal static PlanColumn[] Columns(IReadOnlyList<SqlType> types) => [.. types.Select((t, i) => new PlanColumn($"c{i}", t))];
}
