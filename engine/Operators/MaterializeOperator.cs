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
    private readonly int[] _keyColumns =
        [.. arrangement.Spec.Key ?? Enumerable.Range(0, arrangement.Spec.Columns.Count)];

    public override string Form => arrangement.Spec.AppendOnly ? "materialize (append-only)"
        : arrangement.IsBag ? "materialize (bag)" : "materialize (keyed)";

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
            Net();
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

    private void Net()
    {
        var deltas = CollectionsMarshal.AsSpan(_deltas);
        if (_deltas.TrueForAll(d => !d.HasWeights))
        {
            _net.AddRange(_deltas);
            return;
        }

        var scratch = Context.Scratch;
        var effect = new NetEffect(deltas, _keyColumns, Context.HashSeed, scratch);
        if (effect.RowCount == 0)
        {
            return;
        }

        // What is left of each batch's rows: its numbers and weights, by batch.
        var weights = scratch.AllocateZeroed<long>(effect.RowCount);
        foreach (int group in effect.Groups)
        {
            if (arrangement.IsBag)
            {
                weights[group] = effect.SumOf(group);
                continue;
            }

            if (!effect.Resolve(group, out int retracted, out int inserted))
            {
                throw new Types.SqlException(
                    Types.SqlState.InternalError, $"\"{arrangement.Spec.Name}\": a tick leaves several rows under one key");
            }

            if (retracted >= 0)
            {
                weights[retracted] = -1;
            }

            if (inserted >= 0)
            {
                weights[inserted] = 1;
            }
        }

        int first = 0;
        foreach (var batch in deltas)
        {
            AddNet(batch, weights.Slice(first, batch.RowCount));
            first += batch.RowCount;
        }
    }

    private void AddNet(Batch batch, ReadOnlySpan<long> weights)
    {
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        var kept = Context.Scratch.Allocate<long>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] != 0)
            {
                rows[count] = row;
                kept[count++] = weights[row];
            }
        }

        if (count > 0)
        {
            var net = LateTake.Take(batch, rows[..count], Context);
            net.SetWeights(kept[..count]);
            _net.Add(net);
        }
    }
}
