using System.Globalization;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// What operators have done, as EXPLAIN ANALYZE prints it: those of one kind and form on one line. Any thread, approximate.
/// </summary>
internal static class OperatorFigures
{
    internal static IEnumerable<string> Lines(IEnumerable<Operator?> operators) => operators.OfType<Operator>()
        .GroupBy(o => (Name: o.GetType().Name.Replace("Operator", ""), o.Form)).Select(g =>
        {
            var states = g.Select(o => o.MeasureState()).ToList();
            string form = g.Key.Form.Replace("Operator", "") == g.Key.Name ? "" : $" ({g.Key.Form})";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"-> {g.Key.Name}{form}: in {g.Sum(o => o.Counters.RowsIn)}, out {g.Sum(o => o.Counters.RowsOut)}, "
                + $"state {states.Sum(s => s.Rows)} rows {states.Sum(s => s.Bytes)} bytes, "
                + $"time {g.Sum(o => o.Counters.BusyNanos) / 1e6:0.000} ms");
        });
}
