using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Casts among booleans, integers, floats and numerics. Narrowing out of range is 22003; floats round half to even, numerics
/// half away from zero.
/// </summary>
internal static class NumberCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to) => to.Id switch
    {
        TypeId.Boolean => ToBoolean(from),
        TypeId.Int16 => ToInt16(from),
        TypeId.Int32 => ToInt32(from),
        TypeId.Int64 => ToInt64(from),
        TypeId.Float32 => ToFloat32(from),
        TypeId.Float64 => ToFloat64(from),
        TypeId.Numeric => NumericCasts.To(from, to),
        TypeId.Oid when from.Id == TypeId.Int64 => Checked<long, uint, Int64ToOid>(),
        TypeId.Oid when from.Id == TypeId.Int16 => Checked<short, uint, Int16ToOid>(),
        _ => null,
    };

    internal static CastKernel Checked<TIn, TOut, TOp>(bool canFail = true)
        where TIn : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TIn, TOut> => new(
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<TIn, TOut, TOp>(default, a[0], n, c.Active, ref r),
            canFail);

    private static CastKernel Wide<TIn, TOut, TOp>()
        where TIn : unmanaged
        where TOut : unmanaged
        where TOp : struct, IWiden<TIn, TOut> => new(
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                WidenKernel.Apply<TIn, TOut, TOp>(a[0], n, ref r),
            CanFail: false);

    private static CastKernel? ToBoolean(SqlType from) => from.Id switch
    {
        TypeId.Int16 => Tested<short, NotZero<short>>(),
        TypeId.Int32 => Tested<int, NotZero<int>>(),
        TypeId.Int64 => Tested<long, NotZero<long>>(),
        _ => null,
    };

    private static CastKernel Tested<T, TOp>()
        where T : unmanaged
        where TOp : struct, ITest<T> => new(
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Test<T, TOp>(default, a[0], n, ref r),
            CanFail: false);

    private static CastKernel? ToInt16(SqlType from) => from.Id switch
    {
        TypeId.Boolean => FromBits<short>(),
        TypeId.Int32 => Checked<int, short, Narrow<int, short>>(),
        TypeId.Int64 => Checked<long, short, Narrow<long, short>>(),
        TypeId.Float32 => Checked<float, short, FloatToInt16>(),
        TypeId.Float64 => Checked<double, short, DoubleToInt16>(),
        TypeId.Numeric => NumericCasts.ToInteger<short>(from),
        _ => null,
    };

    private static CastKernel? ToInt32(SqlType from) => from.Id switch
    {
        TypeId.Boolean => FromBits<int>(),
        TypeId.Int16 => Wide<short, int, Int16ToInt32>(),
        TypeId.Int64 => Checked<long, int, Narrow<long, int>>(),
        TypeId.Float32 => Checked<float, int, FloatToInt32>(),
        TypeId.Float64 => Checked<double, int, DoubleToInt32>(),
        TypeId.Numeric => NumericCasts.ToInteger<int>(from),
        _ => null,
    };

    private static CastKernel? ToInt64(SqlType from) => from.Id switch
    {
        TypeId.Boolean => FromBits<long>(),
        TypeId.Int16 => Checked<short, long, Convert<short, long>>(canFail: false),
        TypeId.Int32 => Wide<int, long, Int32ToInt64>(),
        TypeId.Float32 => Checked<float, long, FloatToInt64>(),
        TypeId.Float64 => Checked<double, long, DoubleToInt64>(),
        TypeId.Numeric => NumericCasts.ToInteger<long>(from),
        _ when from.IsOidLike => Checked<uint, long, Convert<uint, long>>(canFail: false),
        _ => null,
    };

    private static CastKernel? ToFloat32(SqlType from) => from.Id switch
    {
        TypeId.Int16 => Checked<short, float, Convert<short, float>>(canFail: false),
        TypeId.Int32 => Checked<int, float, Convert<int, float>>(canFail: false),
        TypeId.Int64 => Checked<long, float, Convert<long, float>>(canFail: false),
        TypeId.Float64 => Checked<double, float, DoubleToFloat>(),
        TypeId.Numeric => NumericCasts.ToFloat32(from),
        _ => null,
    };

    private static CastKernel? ToFloat64(SqlType from) => from.Id switch
    {
        TypeId.Int16 => Checked<short, double, Convert<short, double>>(canFail: false),
        TypeId.Int32 => Wide<int, double, Int32ToFloat64>(),
        TypeId.Int64 => Checked<long, double, Convert<long, double>>(canFail: false),
        TypeId.Float32 => Wide<float, double, Float32ToFloat64>(),
        TypeId.Numeric => NumericCasts.ToFloat64(from),
        _ => null,
    };

    private static CastKernel FromBits<T>() where T : unmanaged, System.Numerics.INumber<T> => new(
        static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var values = r.Values<T>();
            for (int row = 0; row < n; row++)
            {
                values[row] = a[0].Bit(row) ? T.One : T.Zero;
            }
        },
        CanFail: false);

    private readonly struct NotZero<T> : ITest<T> where T : unmanaged, System.Numerics.INumber<T>
    {
        public bool Apply(T value) => !T.IsZero(value);
    }

    private readonly struct Convert<TIn, TOut> : IMap<TIn, TOut>
        where TIn : unmanaged, System.Numerics.INumber<TIn>
        where TOut : unmanaged, System.Numerics.INumber<TOut>
    {
        public ValueStatus Apply(TIn value, out TOut result)
        {
            result = TOut.CreateTruncating(value);
            return ValueStatus.Ok;
        }
    }

    internal readonly struct Narrow<TIn, TOut> : IMap<TIn, TOut>
        where TIn : unmanaged, System.Numerics.IBinaryInteger<TIn>
        where TOut : unmanaged, System.Numerics.IBinaryInteger<TOut>
    {
        public ValueStatus Apply(TIn value, out TOut result)
        {
            result = TOut.CreateTruncating(value);
            return TIn.CreateTruncating(result) == value ? ValueStatus.Ok : ValueStatus.OutOfRange;
        }
    }

    private readonly struct Int64ToOid : IMap<long, uint>
    {
        public ValueStatus Apply(long value, out uint result)
        {
            result = unchecked((uint)value);
            return result == value ? ValueStatus.Ok : ValueStatus.OutOfRange;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.NumericValueOutOfRange, "OID out of range");
    }

    private readonly struct Int16ToOid : IMap<short, uint>
    {
        public ValueStatus Apply(short value, out uint result)
        {
            result = unchecked((uint)value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct DoubleToInt16 : IMap<double, short>
    {
        public ValueStatus Apply(double value, out short result)
        {
            double rounded = Math.Round(value, MidpointRounding.ToEven);
            bool fits = rounded is >= short.MinValue and <= short.MaxValue;
            result = fits ? (short)rounded : (short)0;
            return fits ? ValueStatus.Ok : ValueStatus.OutOfRange;
        }
    }

    private readonly struct DoubleToInt32 : IMap<double, int>
    {
        public ValueStatus Apply(double value, out int result)
        {
            double rounded = Math.Round(value, MidpointRounding.ToEven);
            bool fits = rounded is >= int.MinValue and <= int.MaxValue;
            result = fits ? (int)rounded : 0;
            return fits ? ValueStatus.Ok : ValueStatus.OutOfRange;
        }
    }

    internal readonly struct DoubleToInt64 : IMap<double, long>
    {
        public ValueStatus Apply(double value, out long result)
        {
            double rounded = Math.Round(value, MidpointRounding.ToEven);
            bool fits = rounded is >= long.MinValue and < 9223372036854775808.0;
            result = fits ? (long)rounded : 0;
            return fits ? ValueStatus.Ok : ValueStatus.OutOfRange;
        }
    }

    private readonly struct FloatToInt16 : IMap<float, short>
    {
        public ValueStatus Apply(float value, out short result) => default(DoubleToInt16).Apply(value, out result);
    }

    private readonly struct FloatToInt32 : IMap<float, int>
    {
        public ValueStatus Apply(float value, out int result) => default(DoubleToInt32).Apply(value, out result);
    }

    private readonly struct FloatToInt64 : IMap<float, long>
    {
        public ValueStatus Apply(float value, out long result) => default(DoubleToInt64).Apply(value, out result);
    }

    private readonly struct DoubleToFloat : IMap<double, float>
    {
        public ValueStatus Apply(double value, out float result)
        {
            result = (float)value;
            return float.IsInfinity(result) && !double.IsInfinity(value) ? ValueStatus.OutOfRange
                : result == 0 && value != 0 ? ValueStatus.NumericOverflow : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => status == ValueStatus.NumericOverflow
            ? new(SqlState.NumericValueOutOfRange, "value out of range: underflow") : ValueErrors.Operation(status, type);
    }
}
