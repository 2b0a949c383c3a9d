using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// LIMIT and OFFSET of a query without an order: the first rows that come, a repeated row counting as often as its weight.
/// Stops the query when what follows can only be more of the result. No state but a count.
/// </summary>
internal sealed class LimitOperator(OperatorContext context, TopNNode node) : Operator(context, 1)
{
    private readonly TopNSpec _spec = new(context, node);
    private long _seen;

    public override string Form => "limit";

    public override bool LeadsToResult => OutputsLeadToResult;

    public override void Push(int input, Batch batch)
    {
        if (_seen >= _spec.End)
        {
            Stop();
            return;
        }

        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        var weights = Context.Scratch.Allocate<long>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < rows.Length && _seen < _spec.End; row++)
        {
            long weight = batch.Weight(row);
            rows[count] = row;
            weights[count] = _spec.Overlap(_seen, weight);
            _seen += weight;
            count += weights[count] > 0 ? 1 : 0;
        }

        if (_seen >= _spec.End)
        {
            Stop();
        }

        if (count > 0)
        {
            var output = LateTake.Take(batch, rows[..count], Context);
            output.SetWeights(batch.HasWeights ? weights[..count] : default);
            Emit(output);
        }
    }

    private void Stop() => Context.IsStopped |= OutputsLeadToResult;
}
