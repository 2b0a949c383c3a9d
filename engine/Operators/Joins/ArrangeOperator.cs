using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Keeps a stream's rows as an arrangement and passes the deltas on: joins and other readers of the same stream and key
/// share one. Deltas go downstream as they come, before they are applied; the arrangement takes the tick's net effect at
/// once when the stream has ended its tick, before that end goes downstream. So whoever is told that the tick has
/// ended finds the state After(t), and Before(t) is there by stamp throughout. Rows that a watermark has closed to both sides of the
/// join are freed (<see cref="ClosingRows"/>).
/// </summary>
internal sealed class ArrangeOperator(
    OperatorContext context, Arrangement arrangement, Action? dropped = null, ClosingRows? closing = null) : Operator(context, 1)
{
    private readonly List<Batch> _deltas = [];

    public override string Form => (arrangement.Spec.AppendOnly ? "arrange (append-only)"
        : arrangement.IsBag ? "arrange (bag)" : "arrange (keyed)") + (closing is null ? "" : ", closing");

    internal Arrangement Arrangement => arrangement;

    public override void Push(int input, Batch batch)
    {
        batch = Context.Keep(batch);
        _deltas.Add(batch);
        Emit(batch);
    }

    public override StateSize MeasureState() => new(arrangement.LiveRows, arrangement.LiveBytes + (closing?.Bytes ?? 0));

    public override void Drop()
    {
        dropped?.Invoke();
        closing?.Dispose();
        arrangement.Dispose();
    }

    protected override void FinishTick()
    {
        closing?.Close();
        if (_deltas.Count > 0)
        {
            arrangement.Apply(CollectionsMarshal.AsSpan(_deltas), Context.Tick);
            closing?.Note(_deltas);
            _deltas.Clear();
        }

        closing?.Advance();
        Counters.StateRows = arrangement.LiveRows;
    }
}
