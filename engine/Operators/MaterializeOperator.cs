using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Keeps a relation's rows and passes on the net of each tick's deltas: d(materialize A) = net dA, in which no row is both
/// retracted and inserted. Insertions without weights cannot cancel and pass as they are; an append-only relation takes
/// them as they come. Invariant: at a tick's end the arrangement holds the sum of all deltas, keyed or as a bag.
/// The arrangement belongs to the relation, not to this operator. O(changes).
/// </summary>
internal sealed class MaterializeOperator(OperatorContext context, Arrangement arrangement) : Operator(context, 1)
{
    private readonly List<Batch> _deltas = [];
    private readonly List<Batch> _net = [];
    private readonly NetDeltas _netting =
        new(context, arrangement.Spec.Name, arrangement.Spec.Key, arrangement.Spec.Columns.Count);

    public override string Form => arrangement.Spec.AppendOnly ? "materialize (append-only)"
        : arrangement.IsBag ? "materialize (bag)" : "materialize (keyed)";

    public override StateSize MeasureState() => new(arrangement.LiveRows, arrangement.LiveBytes);

    public override void Push(int input, Batch batch)
    {
        if (arrangement.Spec.AppendOnly)
        {
            arrangement.Apply(batch, Context.Tick);
            Emit(batch);
        }
        else
        {
            _deltas.Add(Context.Keep(batch));
        }
    }

    protected override void FinishTick()
    {
        if (_deltas.Count > 0)
        {
            _netting.Net(_deltas, _net);
            arrangement.Apply(CollectionsMarshal.AsSpan(_net), Context.Tick);
            foreach (var batch in _net)
            {
                Emit(batch);
            }

            _deltas.Clear();
            _net.Clear();
        }

        Counters.StateRows = arrangement.LiveRows;
    }
}
