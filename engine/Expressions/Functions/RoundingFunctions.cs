using System.Numerics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// abs, sign, round, ceil, floor, trunc, scale and their kin of integers, floats and numerics. Floats round half to even,
/// numerics half away from zero. round and trunc to a number of decimals give an unbounded numeric, for the number may
/// differ by row; as in RisingWave they add no zeros (round(1.5, 3) is 1.5).
/// </summary>
internal static class RoundingFunctions
{
    internal static void Register(FunctionFamily family)
    {
        Integer<short>(family, SqlType.Int16);
        Integer<int>(family, SqlType.Int32);
        Integer<long>(family, SqlType.Int64);
        Float<float>(family, SqlType.Float32);
        Float<double>(family, SqlType.Float64);
        foreach (string name in new[] { "ceil", "ceiling" })
        {
            Numeric(family, name, Numerics.Ceiling);
            family.Map<double, double, CeilingFloat>(name, SqlType.Float64, SqlType.Float64, canFail: false);
        }

        Numeric(family, "floor", Numerics.Floor);
        family.Map<double, double, FloorFloat>("floor", SqlType.Float64, SqlType.Float64, canFail: false);
        Numeric(family, "round", static (FreeNumeric v, out FreeNumeric r) => Numerics.Round(v, 0, out r));
        family.Map<double, double, RoundFloat>("round", SqlType.Float64, SqlType.Float64, canFail: false);
        Numeric(family, "trunc", static (FreeNumeric v, out FreeNumeric r) => Numerics.Truncate(v, 0, out r));
        family.Map<double, double, TruncateFloat>("trunc", SqlType.Float64, SqlType.Float64, canFail: false);
        Decimals<RoundTo>(family, "round");
        Decimals<TruncateTo>(family, "trunc");
        SameType(family, "abs", static (FreeNumeric v, out FreeNumeric r) => Ok(Numerics.Abs(v), out r));
        SameType(family, "@", static (FreeNumeric v, out FreeNumeric r) => Ok(Numerics.Abs(v), out r));
        Numeric(family, "sign", static (FreeNumeric v, out FreeNumeric r) =>
            Ok(v.IsNaN ? v : FreeNumeric.FromInt64(Numerics.Sign(v)), out r));
        Count(family, "scale", static v => v.Scale);
        Count(family, "min_scale", static v => Numerics.MinScale(v));
        family.AddTyped(
            "trim_scale", [SqlType.Numeric], _ => SqlType.Numeric,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<FreeNumeric, FreeNumeric, TrimScale>(default, NumericScale.ToFree(a[0], n, c), n, c.Active, ref r),
            canFail: false);
    }

    /// <summary>One step on a numeric, called through a delegate: these functions are no hot path of their own.</summary>
    private delegate ValueStatus NumericStep(FreeNumeric value, out FreeNumeric result);

    private static void Integer<T>(FunctionFamily family, SqlType type) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        family.Map<T, T, AbsInteger<T>>("abs", type, type);
        family.Map<T, T, AbsInteger<T>>("@", type, type);
    }

    private static void Float<T>(FunctionFamily family, SqlType type) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        family.Map<T, T, AbsFloat<T>>("abs", type, type, canFail: false);
        family.Map<T, T, AbsFloat<T>>("@", type, type, canFail: false);
        if (type.Id == TypeId.Float64)
        {
            family.Map<T, T, SignFloat<T>>("sign", type, type, canFail: false);
        }
    }

    /// <summary>Numeric to a numeric of scale 0: bounded inputs stay bounded.</summary>
    private static void Numeric(FunctionFamily family, string name, NumericStep step) => family.AddTyped(
        name, [SqlType.Numeric], types => Whole(types[0]),
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => ThroughFree(c, a[0], n, step, ref r));

    private static void SameType(FunctionFamily family, string name, NumericStep step) => family.AddTyped(
        name, [SqlType.Numeric], types => types[0],
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => ThroughFree(c, a[0], n, step, ref r));

    private static SqlType Whole(SqlType type) => type.NumericForm == NumericForm.Free || type.Precision - type.Scale >= 38
        ? SqlType.Numeric : SqlType.NumericOf(Math.Max(type.Precision - type.Scale + 1, 1), 0);

    private static void ThroughFree(EvaluationContext context, in Vector operand, int rowCount, NumericStep step, ref Vector result)
    {
        var source = NumericScale.ToFree(operand, rowCount, context);
        var stepped = result.Type.NumericForm == NumericForm.Free ? result : Vector.Allocate(context.Arena, SqlType.Numeric, rowCount);
        var values = new FixedColumn<FreeNumeric>(source);
        var output = stepped.Values<FreeNumeric>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            var status = step(values[row], out output[row]);
            if (status != ValueStatus.Ok)
            {
                ValueErrors.ThrowOperation(status, SqlType.Numeric);
            }
        }

        if (result.Type.NumericForm != NumericForm.Free)
        {
            Casts.Find(SqlType.Numeric, result.Type).Kernel(context, [stepped], rowCount, ref result);
        }
    }

    private static void Decimals<TOp>(FunctionFamily family, string name)
        where TOp : struct, IMap<FreeNumeric, int, FreeNumeric> => family.Add(
            name, [SqlType.Numeric, SqlType.Int32], SqlType.Numeric,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<FreeNumeric, int, FreeNumeric, TOp>(
                    default, NumericScale.ToFree(a[0], n, c), a[1], n, c.Active, ref r));

    private static void Count(FunctionFamily family, string name, Func<FreeNumeric, int> count) => family.Add(
        name, [SqlType.Numeric], SqlType.Int32,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var values = new FixedColumn<FreeNumeric>(NumericScale.ToFree(a[0], n, c));
            foreach (int row in c.Active.Rows(n))
            {
                // NaN and the infinities have no scale.
                if (values[row].IsFinite)
                {
                    r.Values<int>()[row] = count(values[row]);
                }
                else
                {
                    Bitmap.Clear(r.Validity, row);
                }
            }
        },
        canFail: false, nullFree: false);

    private static ValueStatus Ok<T>(T value, out T result)
    {
        result = value;
        return ValueStatus.Ok;
    }

    private readonly struct AbsInteger<T> : IMap<T, T> where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public ValueStatus Apply(T value, out T result)
        {
            result = T.IsNegative(value) ? unchecked(T.Zero - value) : value;
            return value == T.MinValue ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }
    }

    private readonly struct AbsFloat<T> : IMap<T, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ValueStatus Apply(T value, out T result) => Ok(T.Abs(value), out result);
    }

    private readonly struct SignFloat<T> : IMap<T, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ValueStatus Apply(T value, out T result) =>
            Ok(value > T.Zero ? T.One : value < T.Zero ? T.NegativeOne : T.Zero, out result);
    }

    private readonly struct CeilingFloat : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Ceiling(value), out result);
    }

    private readonly struct FloorFloat : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Floor(value), out result);
    }

    private readonly struct RoundFloat : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Round(value, MidpointRounding.ToEven), out result);
    }

    private readonly struct TruncateFloat : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Truncate(value), out result);
    }

    private readonly struct TrimScale : IMap<FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric value, out FreeNumeric result) => Ok(value.Canonical(), out result);
    }

    private readonly struct RoundTo : IMap<FreeNumeric, int, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, int right, out FreeNumeric result) =>
            Numerics.Round(left, right, out result);
    }

    private readonly struct TruncateTo : IMap<FreeNumeric, int, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric left, int right, out FreeNumeric result) =>
            Numerics.Truncate(left, right, out result);
    }
}
