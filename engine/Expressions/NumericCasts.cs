using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Casts to and from numeric in its three forms.</summary>
internal static class NumericCasts
{
    /// <summary>To numeric: losing decimals rounds half away from zero, losing digits before the point is 22003.</summary>
    internal static CastKernel? To(SqlType from, SqlType to)
    {
        if (from.IsInteger || from.Id == TypeId.Numeric)
        {
            return new CastKernel(Rescale, CanFail: !AlwaysFits(from, to));
        }

        return from.Id switch
        {
            TypeId.Float64 => new CastKernel(
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                    FromFloat<double, DoubleToFree>(c, a[0], n, ref r),
                CanFail: true),
            TypeId.Float32 => new CastKernel(
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                    FromFloat<float, FloatToFree>(c, a[0], n, ref r),
                CanFail: true),
            _ => null,
        };
    }

    internal static CastKernel ToInteger<T>(SqlType from) where T : unmanaged, System.Numerics.IBinaryInteger<T> => new(
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            switch (from.NumericForm)
            {
                case NumericForm.Scaled64:
                    MapKernel.Apply<long, T, ScaledToInteger<T>>(new ScaledToInteger<T>(from.Scale), a[0], n, c.Active, ref r);
                    break;
                case NumericForm.Scaled128:
                    MapKernel.Apply<Int128, T, WideToInteger<T>>(new WideToInteger<T>(from.Scale), a[0], n, c.Active, ref r);
                    break;
                default:
                    MapKernel.Apply<FreeNumeric, T, FreeToInteger<T>>(default, a[0], n, c.Active, ref r);
                    break;
            }
        },
        CanFail: true);

    internal static CastKernel ToFloat64(SqlType from) => new(
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            switch (from.NumericForm)
            {
                case NumericForm.Scaled64:
                    MapKernel.Apply<long, double, ScaledToDouble>(new ScaledToDouble(from.Scale), a[0], n, c.Active, ref r);
                    break;
                case NumericForm.Scaled128:
                    MapKernel.Apply<Int128, double, WideToDouble>(new WideToDouble(from.Scale), a[0], n, c.Active, ref r);
                    break;
                default:
                    MapKernel.Apply<FreeNumeric, double, FreeToDouble>(default, a[0], n, c.Active, ref r);
                    break;
            }
        },
        CanFail: false);

    internal static CastKernel ToFloat32(SqlType from) => new(
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var wide = Vector.Allocate(c.Arena, SqlType.Float64, n);
            ToFloat64(from).Kernel(c, a, n, ref wide);
            MapKernel.Apply<double, float, DoubleToSingle>(default, wide, n, c.Active, ref r);
        },
        CanFail: true);

    /// <summary>The value in another numeric type if it has exactly that value there.</summary>
    internal static bool TryExact(Datum value, SqlType type, out Datum exact)
    {
        exact = default;
        var from = value.Type;
        if (!from.IsInteger && from.Id != TypeId.Numeric)
        {
            throw new SqlException(SqlState.InternalError, $"a value of type {from} stands where {type} was expected");
        }

        if (from.NumericForm == NumericForm.Free && type.NumericForm == NumericForm.Free)
        {
            exact = value.WithType(type);
            return true;
        }

        if (type.NumericForm == NumericForm.Free)
        {
            bool fits = NumericForms.ToFree(value.Raw, from.Scale, out var free) == ValueStatus.Ok
                && NumericForms.IsExact(value.Raw, free);
            exact = Datum.OfRaw(type, free.Bits);
            return fits;
        }

        var raw = value.Raw;
        int scale = from.Scale;
        if (from.NumericForm == NumericForm.Free)
        {
            var free = FreeNumeric.FromBits(value.Raw).Canonical();
            if (!free.IsFinite)
            {
                return false;
            }

            raw = free.IsNegative ? -(Int128)free.Coefficient : (Int128)free.Coefficient;
            scale = free.Scale;
        }

        bool ok = NumericForms.Rescale(raw, scale, type.Precision, type.Scale, out var scaled) == ValueStatus.Ok
            && NumericScale.Order(raw, scale, scaled, type.Scale) == 0;
        exact = ok ? Datum.OfRaw(type, scaled) : default;
        return ok;
    }

    private static bool AlwaysFits(SqlType from, SqlType to)
    {
        var exact = NumericBounds.Of(from);
        return to.NumericForm == NumericForm.Free
            ? NumericScale.Is64(exact) || exact.NumericForm == NumericForm.Free || from.IsInteger
            : exact.NumericForm != NumericForm.Free && to.Scale >= exact.Scale
                && to.Precision - to.Scale >= exact.Precision - exact.Scale;
    }

    private static void Rescale(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var type = result.Type;
        var source = arguments[0];
        if (type.NumericForm == NumericForm.Free)
        {
            var free = NumericScale.ToFree(source, rowCount, context);
            result = free.Encoding == VectorEncoding.Constant ? TakeKernel.Flatten(free, context.Arena) : free;
            return;
        }

        if (AlwaysFits(source.Type, type))
        {
            var scaled = type.NumericForm == NumericForm.Scaled64
                ? NumericScale.To64(source, type.Scale, rowCount, context.Arena)
                : NumericScale.To128(source, type.Scale, rowCount, context.Arena);
            result = TakeKernel.Flatten(scaled, context.Arena);
            result.Type = type;
            return;
        }

        bool to64 = type.NumericForm == NumericForm.Scaled64;
        if (source.Type.NumericForm == NumericForm.Free)
        {
            if (to64)
            {
                MapKernel.Apply<FreeNumeric, long, FreeToScaled64>(new(type), source, rowCount, context.Active, ref result);
            }
            else
            {
                MapKernel.Apply<FreeNumeric, Int128, FreeToScaled128>(new(type), source, rowCount, context.Active, ref result);
            }
        }
        else if (NumericScale.Is64(source.Type) && to64)
        {
            var narrow = NumericScale.To64(source, source.Type.Scale, rowCount, context.Arena);
            MapKernel.Apply<long, long, Rescale64>(new(source.Type.Scale, type), narrow, rowCount, context.Active, ref result);
        }
        else
        {
            var wide = NumericScale.To128(source, source.Type.Scale, rowCount, context.Arena);
            if (to64)
            {
                MapKernel.Apply<Int128, long, Rescale128To64>(new(source.Type.Scale, type), wide, rowCount, context.Active, ref result);
            }
            else
            {
                MapKernel.Apply<Int128, Int128, Rescale128>(new(source.Type.Scale, type), wide, rowCount, context.Active, ref result);
            }
        }
    }

    private static void FromFloat<T, TOp>(EvaluationContext context, in Vector source, int rowCount, ref Vector result)
        where T : unmanaged
        where TOp : struct, IMap<T, FreeNumeric>
    {
        if (result.Type.NumericForm == NumericForm.Free)
        {
            MapKernel.Apply<T, FreeNumeric, TOp>(default, source, rowCount, context.Active, ref result);
            return;
        }

        var free = Vector.Allocate(context.Arena, SqlType.Numeric, rowCount);
        MapKernel.Apply<T, FreeNumeric, TOp>(default, source, rowCount, context.Active, ref free);
        Rescale(context, [free], rowCount, ref result);
    }

    private readonly struct DoubleToFree : IMap<double, FreeNumeric>
    {
        public ValueStatus Apply(double value, out FreeNumeric result) => NumericForms.FromFloat64(value, out result);
    }

    private readonly struct FloatToFree : IMap<float, FreeNumeric>
    {
        public ValueStatus Apply(float value, out FreeNumeric result) => NumericForms.FromFloat32(value, out result);
    }

    private readonly struct FreeToScaled64(SqlType to) : IMap<FreeNumeric, long>
    {
        public ValueStatus Apply(FreeNumeric value, out long result) =>
            NumericForms.ToScaled64(value, to.Precision, to.Scale, out result);
    }

    private readonly struct FreeToScaled128(SqlType to) : IMap<FreeNumeric, Int128>
    {
        public ValueStatus Apply(FreeNumeric value, out Int128 result) =>
            NumericForms.ToScaled128(value, to.Precision, to.Scale, out result);
    }

    private readonly struct Rescale64(int from, SqlType to) : IMap<long, long>
    {
        public ValueStatus Apply(long value, out long result) =>
            NumericForms.Rescale(value, from, to.Precision, to.Scale, out result);
    }

    private readonly struct Rescale128(int from, SqlType to) : IMap<Int128, Int128>
    {
        public ValueStatus Apply(Int128 value, out Int128 result) =>
            NumericForms.Rescale(value, from, to.Precision, to.Scale, out result);
    }

    private readonly struct Rescale128To64(int from, SqlType to) : IMap<Int128, long>
    {
        public ValueStatus Apply(Int128 value, out long result) =>
            NumericForms.ToScaled64(value, from, to.Precision, to.Scale, out result);
    }

    private readonly struct ScaledToInteger<T>(int scale) : IMap<long, T> where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        public ValueStatus Apply(long value, out T result) =>
            default(NumberCasts.Narrow<long, T>).Apply(NumericForms.DivideRounded(value, scale), out result);
    }

    private readonly struct WideToInteger<T>(int scale) : IMap<Int128, T> where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        public ValueStatus Apply(Int128 value, out T result)
        {
            result = default;
            var status = NumericForms.ToInt64(value, scale, out long whole);
            return status == ValueStatus.Ok ? default(NumberCasts.Narrow<long, T>).Apply(whole, out result) : status;
        }
    }

    private readonly struct FreeToInteger<T> : IMap<FreeNumeric, T> where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        public ValueStatus Apply(FreeNumeric value, out T result)
        {
            result = default;
            var status = NumericForms.ToInt64(value, out long whole);
            return status == ValueStatus.Ok ? default(NumberCasts.Narrow<long, T>).Apply(whole, out result) : status;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => ValueErrors.Operation(status, type);
    }

    private readonly struct ScaledToDouble(int scale) : IMap<long, double>
    {
        private readonly double _unit = scale <= 22 ? Math.Pow(10, scale) : 0;

        public ValueStatus Apply(long value, out double result)
        {
            // Below 2^53 both operands are exact and the division rounds once.
            result = value is >= -(1L << 53) and <= 1L << 53 ? value / _unit : NumericForms.ToFloat64(value, scale);
            return ValueStatus.Ok;
        }
    }

    private readonly struct WideToDouble(int scale) : IMap<Int128, double>
    {
        public ValueStatus Apply(Int128 value, out double result)
        {
            result = NumericForms.ToFloat64(value, scale);
            return ValueStatus.Ok;
        }
    }

    private readonly struct FreeToDouble : IMap<FreeNumeric, double>
    {
        public ValueStatus Apply(FreeNumeric value, out double result)
        {
            result = NumericForms.ToFloat64(value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct DoubleToSingle : IMap<double, float>
    {
        public ValueStatus Apply(double value, out float result)
        {
            result = (float)value;
            return float.IsInfinity(result) && !double.IsInfinity(value) ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }
    }
}
