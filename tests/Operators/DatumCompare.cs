using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>SQL's order of values written plainly for references: NULL last, NaN greatest, strings by bytes.</summary>
internal static class DatumCompare
{
    internal static int Compare(Datum a, Datum b)
    {
        if (a.IsNull || b.IsNull)
        {
            return a.IsNull.CompareTo(b.IsNull);
        }

        return a.Type.Id switch
        {
            TypeId.Float64 => Compare(a.AsFloat64, b.AsFloat64),
            TypeId.Float32 => Compare(a.AsFloat32, b.AsFloat32),
            TypeId.Interval => IntervalValue.FromBits(a.Raw).Normalized.CompareTo(IntervalValue.FromBits(b.Raw).Normalized),
            TypeId.Numeric when a.Type.NumericForm == NumericForm.Free =>
                FreeNumeric.FromBits(a.Raw).CompareTo(FreeNumeric.FromBits(b.Raw)),
            _ when a.Type.Layout == Layout.View => a.AsSpan.SequenceCompareTo(b.AsSpan),
            _ => a.Raw.CompareTo(b.Raw),
        };
    }

    /// <summary>As <see cref="Compare(Datum, Datum)"/>, equal numerics by their scale.</summary>
    internal static int CompareForms(Datum a, Datum b)
    {
        int order = Compare(a, b);
        return order == 0 && !a.IsNull && a.Type.NumericForm == NumericForm.Free
            ? FreeNumeric.FromBits(a.Raw).Scale.CompareTo(FreeNumeric.FromBits(b.Raw).Scale) : order;
    }

    internal static int Compare(Row a, Row b, IEnumerable<(int Column, bool Descending, bool NullsFirst)> order)
    {
        foreach (var (column, descending, nullsFirst) in order)
        {
            int result;
            if (a[column].IsNull || b[column].IsNull)
            {
                result = a[column].IsNull.CompareTo(b[column].IsNull);
                result = nullsFirst ? -result : result;
            }
            else
            {
                result = Compare(a[column], b[column]);
                result = descending ? -result : result;
            }

            if (result != 0)
            {
                return result;
            }
        }

        return 0;
    }

    private static int Compare(double a, double b) =>
        double.IsNaN(a) ? double.IsNaN(b) ? 0 : 1 : double.IsNaN(b) ? -1 : a < b ? -1 : a > b ? 1 : 0;
}
