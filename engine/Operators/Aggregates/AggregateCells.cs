using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Which accumulator serves a function over a type.</summary>
internal static class AggregateCells
{
    internal static AggregateCell Sum(SqlType type, SqlType resultType) => type.Id switch
    {
        TypeId.Int16 => new ValueCell<long, short, SumInt64<short>>(8, resultType),
        TypeId.Int32 => new ValueCell<long, int, SumInt64<int>>(8, resultType),
        TypeId.Int64 => new ValueCell<WideSum, long, SumInt128>(16, resultType),
        TypeId.Float32 => new FloatCell<float, SumFloat32>(squares: false),
        TypeId.Float64 => new FloatCell<double, SumFloat64>(squares: false),
        TypeId.Interval => new ValueCell<IntervalSum, Int128, SumInterval>(32, resultType),
        TypeId.Numeric when type.NumericForm == NumericForm.Scaled64 => new ValueCell<WideSum, long, SumInt128>(16, resultType),
        TypeId.Numeric when type.NumericForm == NumericForm.Scaled128 => new ValueCell<Int256, Int128, SumInt256>(32, resultType),
        TypeId.Numeric => new FreeNumericCell(),
        _ => throw NoAggregate("sum", type),
    };

    internal static AggregateResult SumResult(int count, int sum, SqlType type, bool isAverage, SqlType resultType) => type.Id switch
    {
        TypeId.Int16 or TypeId.Int32 => new Sum64Result(count, sum, isAverage, resultType),
        TypeId.Int64 => new Sum128Result(count, sum, 0, isAverage, resultType),
        TypeId.Float32 or TypeId.Float64 => new FloatSumResult(count, sum, isAverage, resultType),
        TypeId.Interval => new IntervalSumResult(count, sum, isAverage),
        TypeId.Numeric when type.NumericForm == NumericForm.Scaled64 =>
            new Sum128Result(count, sum, type.Scale, isAverage, resultType),
        TypeId.Numeric when type.NumericForm == NumericForm.Scaled128 =>
            new Sum256Result(count, sum, type.Scale, isAverage, resultType),
        _ => new FreeNumericResult(count, sum, isAverage, resultType),
    };

    /// <summary>Whether min and max over a type have an accumulator that takes insertions in place.</summary>
    internal static bool HasExtreme(SqlType type) => type.Layout is not (Layout.View or Layout.Bit);

    internal static AggregateCell Extreme(SqlType type, bool isMax) => type.Layout switch
    {
        Layout.Fixed2 => Extreme<short, OrderOfInt16>(16, type, isMax),
        Layout.Fixed4 when type.Id == TypeId.Float32 => Extreme<float, OrderOfFloat32>(16, type, isMax),
        Layout.Fixed4 when type.IsOidLike => Extreme<int, OrderOfUInt32>(16, type, isMax),
        Layout.Fixed4 => Extreme<int, OrderOfInt32>(16, type, isMax),
        Layout.Fixed8 when type.Id == TypeId.Float64 => Extreme<double, OrderOfFloat64>(16, type, isMax),
        Layout.Fixed8 => Extreme<long, OrderOfInt64>(16, type, isMax),
        _ when type.NumericForm == NumericForm.Free => Extreme<Int128, OrderOfFreeNumeric>(32, type, isMax),
        _ when type.Id == TypeId.Interval => Extreme<Int128, OrderOfInterval>(32, type, isMax),
        _ when type.Id == TypeId.Uuid => Extreme<Int128, OrderOfUuid>(32, type, isMax),
        _ => Extreme<Int128, OrderOfInt128>(32, type, isMax),
    };

    internal static AggregateResult ExtremeResult(int cell, SqlType type) => type.Layout switch
    {
        Layout.Fixed2 => new ExtremeResult<short>(cell, type),
        Layout.Fixed4 => new ExtremeResult<int>(cell, type),
        Layout.Fixed8 => new ExtremeResult<long>(cell, type),
        _ => new ExtremeResult<Int128>(cell, type),
    };

    internal static AggregateCell Bits(SqlType type, AggregateKind kind, bool isCounted) => type.Id switch
    {
        TypeId.Int16 => Bits<short>(type, kind, isCounted),
        TypeId.Int32 => Bits<int>(type, kind, isCounted),
        TypeId.Int64 => Bits<long>(type, kind, isCounted),
        _ => throw NoAggregate("bit aggregates", type),
    };

    /// <summary>The sum that a variance wants (128 bits, or float) and the sum of squares.</summary>
    internal static AggregateCell VarianceSum(SqlType type) => type.Id switch
    {
        TypeId.Int16 => new WidenedCell(new ValueCell<WideSum, long, SumInt128>(16, type)),
        TypeId.Int32 => new WidenedCell(new ValueCell<WideSum, long, SumInt128>(16, type)),
        _ when IsExactVariance(type) => new ValueCell<WideSum, long, SumInt128>(16, type),
        TypeId.Float32 => new FloatCell<float, SumFloat32>(squares: false),
        TypeId.Float64 => new FloatCell<double, SumFloat64>(squares: false),
        TypeId.Numeric => new WidenedCell(new FloatCell<double, SumFloat64>(squares: false)),
        _ => throw NoAggregate("variance", type),
    };

    internal static AggregateCell Squares(SqlType type) => type.Id switch
    {
        TypeId.Int16 => new ValueCell<Int256, short, SumOfSquares<short>>(32, type),
        TypeId.Int32 => new ValueCell<Int256, int, SumOfSquares<int>>(32, type),
        _ when IsExactVariance(type) => new ValueCell<Int256, long, SumOfSquares<long>>(32, type),
        TypeId.Float32 => new FloatCell<float, SumOfSquares32>(squares: true),
        TypeId.Float64 => new FloatCell<double, SumOfSquares64>(squares: true),
        TypeId.Numeric => new WidenedCell(new FloatCell<double, SumOfSquares64>(squares: true)),
        _ => throw NoAggregate("variance", type),
    };

    internal static bool IsExactVariance(SqlType type) => type.IsInteger || type.NumericForm == NumericForm.Scaled64;

    private static AggregateCell Extreme<T, TOrder>(int bytes, SqlType type, bool isMax)
        where T : unmanaged
        where TOrder : struct, IValueOrder<T> => isMax
        ? new ValueCell<Extreme<T>, T, Maximum<T, TOrder>>(bytes, type)
        : new ValueCell<Extreme<T>, T, Minimum<T, TOrder>>(bytes, type);

    private static AggregateCell Bits<T>(SqlType type, AggregateKind kind, bool isCounted)
        where T : unmanaged, System.Numerics.IBinaryInteger<T> => kind switch
        {
            AggregateKind.BitXor => new ValueCell<Bits, T, XorBits<T>>(16, type),
            _ when isCounted => new ValueCell<BitCounts, T, CountBits<T>>(64 * sizeof(long), type),
            AggregateKind.BitAnd => new ValueCell<Bits, T, AndBits<T>>(16, type),
            _ => new ValueCell<Bits, T, OrBits<T>>(16, type),
        };

    internal static SqlException NoAggregate(string function, SqlType type) =>
        new(SqlState.FeatureNotSupported, $"{function} over type {type} is not supported");
}

/// <summary>Widens values to what another cell takes: small integers to 64 bits, wide numerics to float8.</summary>
internal sealed class WidenedCell(AggregateCell inner) : AggregateCell(inner.Bytes)
{
    internal override bool MaySpill => inner.MaySpill;

    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        inner.Accumulator = Accumulator;
        var type = values.Type.Id == TypeId.Numeric ? SqlType.Float64 : SqlType.Int64;
        var widened = Vector.Allocate(target.Context.Scratch, type, values.Length);
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Row(i);
            switch (values.Type.Layout)
            {
                case Layout.Fixed2: widened.Values<long>()[row] = values.Values<short>()[row]; break;
                case Layout.Fixed4: widened.Values<long>()[row] = values.Values<int>()[row]; break;
                default: widened.Values<double>()[row] = ToFloat(values.Type, values.Values<Int128>()[row]); break;
            }
        }

        inner.Add(target, in widened, in rows);
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into)
    {
        inner.Accumulator = Accumulator;
        inner.Merge(source, from, target, into);
    }

    internal override void Remove(AggregateTarget target, int group)
    {
        inner.Accumulator = Accumulator;
        inner.Remove(target, group);
    }

    private static double ToFloat(SqlType type, Int128 value) => type.NumericForm == NumericForm.Free
        ? NumericForms.ToFloat64(FreeNumeric.FromBits(value)) : NumericForms.ToFloat64(value, type.Scale);
}
