using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Aggregates;

/// <summary>Ordered-set aggregates by their definition: sort the values, take one by its rank or count them.</summary>
internal static class NaivePercentile
{
    internal static Datum Compute(AggregateCall call, List<Row> rows)
    {
        var values = rows.Select(r => r[call.Argument]).Where(v => !v.IsNull).ToList();
        bool descending = call.OrderBy![0].Descending;
        values.Sort((a, b) => descending ? DatumCompare.Compare(b, a) : DatumCompare.Compare(a, b));
        if (call.Kind == AggregateKind.Mode)
        {
            return values.Count == 0 ? Datum.Null(call.ResultType)
                : values.GroupBy(Canonical).Aggregate((best, g) => g.Count() > best.Count() ? g : best).Key;
        }

        if (values.Count == 0)
        {
            return Datum.Null(call.ResultType);
        }

        if (call.ResultType.Equals(call.ArgumentType))
        {
            return At(call, values, call.Fractions![0]);
        }

        var list = new PackedBuilder();
        foreach (double? fraction in call.Fractions!)
        {
            list.Append(At(call, values, fraction));
        }

        return Datum.OfBytes(call.ResultType, list.ToList());
    }

    private static Datum Canonical(Datum value) => value.Type.NumericForm == NumericForm.Free
        ? Datum.OfRaw(value.Type, FreeNumeric.FromBits(value.Raw).Canonical().Bits) : value;

    private static Datum At(AggregateCall call, List<Datum> values, double? fraction)
    {
        if (fraction is not { } f)
        {
            return Datum.Null(call.ArgumentType);
        }

        int n = values.Count;
        if (call.Kind == AggregateKind.PercentileDisc)
        {
            // The first value whose share of rows up to it reaches the fraction.
            return values[Enumerable.Range(0, n).First(i => i + 1 >= f * n)];
        }

        int low = (int)Math.Floor(f * (n - 1));
        if (call.Kind == AggregateKind.ApproxPercentile || low == n - 1)
        {
            return values[low];
        }

        double part = (f * (n - 1)) - low;
        if (values[low].Type.Id == TypeId.Interval)
        {
            var (a, b) = (IntervalValue.FromBits(values[low].Raw), IntervalValue.FromBits(values[low + 1].Raw));
            Assert.Equal(ValueStatus.Ok, IntervalArithmetic.Subtract(b, a, out var span));
            Assert.Equal(ValueStatus.Ok, IntervalArithmetic.Multiply(span, part, out span));
            Assert.Equal(ValueStatus.Ok, IntervalArithmetic.Add(a, span, out span));
            return Datum.OfRaw(SqlType.Interval, part == 0 ? a.Bits : span.Bits);
        }

        return Datum.OfFloat64(values[low].AsFloat64 + (part * (values[low + 1].AsFloat64 - values[low].AsFloat64)));
    }
}
