using System.Numerics;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// + - * / % and unary minus and plus of integers, floats and numerics. Overflow is 22003, a zero divisor 22012. Sums and
/// products of bounded numerics have bounded types (<see cref="NumericBounds"/>); quotients are unbounded numerics.
/// </summary>
internal static class ArithmeticFunctions
{
    internal static void Register(FunctionFamily family)
    {
        Integers<short, MultiplyInt16>(family, SqlType.Int16);
        Integers<int, MultiplyInt32>(family, SqlType.Int32);
        Integers<long, MultiplyInt64>(family, SqlType.Int64);
        Floats<float>(family, SqlType.Float32);
        Floats<double>(family, SqlType.Float64);
        MixedFloats<AddFloats<double>>(family, "+");
        MixedFloats<SubtractFloats<double>>(family, "-");
        MixedFloats<MultiplyFloats<double>>(family, "*");
        MixedFloats<DivideFloats<double>>(family, "/");
        Numeric(family, "+", NumericOp.Add, NumericBounds.Sum);
        Numeric(family, "-", NumericOp.Subtract, NumericBounds.Sum);
        Numeric(family, "*", NumericOp.Multiply, NumericBounds.Product);
        Numeric(family, "%", NumericOp.Modulo, NumericBounds.Remainder);
        Numeric(family, "mod", NumericOp.Modulo, NumericBounds.Remainder);
        family.AddTyped(
            "/", [SqlType.Numeric, SqlType.Numeric], _ => SqlType.Numeric,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => NumericKernel.Divide(a[0], a[1], n, c, ref r),
            takesIntegersAsNumeric: true);
        family.AddTyped(
            "-", [SqlType.Numeric], types => NumericBounds.Of(types[0]),
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Negate(c, a[0], n, ref r), canFail: false);
        foreach (var type in new[] { SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Numeric })
        {
            family.AddTyped(
                "+", [type], types => types[0],
                static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r = TakeKernel.Flatten(a[0], c.Arena),
                canFail: false);
        }
    }

    private static void Integers<T, TMultiply>(FunctionFamily family, SqlType type)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
        where TMultiply : struct, IArithmetic<T>
    {
        Binary<T, AddIntegers<T>>(family, "+", type);
        Binary<T, SubtractIntegers<T>>(family, "-", type);
        Binary<T, TMultiply>(family, "*", type);
        Binary<T, DivideIntegers<T>>(family, "/", type);
        Binary<T, ModuloIntegers<T>>(family, "%", type);
        Binary<T, ModuloIntegers<T>>(family, "mod", type);
        family.Add(
            "-", [type], type,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                Run<T, SubtractIntegers<T>>(c, Zero(type, c, n), a[0], n, ref r));
    }

    private static void Floats<T>(FunctionFamily family, SqlType type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Binary<T, AddFloats<T>>(family, "+", type);
        Binary<T, SubtractFloats<T>>(family, "-", type);
        Binary<T, MultiplyFloats<T>>(family, "*", type);
        Binary<T, DivideFloats<T>>(family, "/", type);
        family.Map<T, T, NegateFloat<T>>("-", type, type, canFail: false);
    }

    /// <summary>float4 with float8 is float8; that there are these makes int + float4 a float8 too, as in PostgreSQL.</summary>
    private static void MixedFloats<TOp>(FunctionFamily family, string name) where TOp : struct, IArithmetic<double>
    {
        Binding.ScalarKernel kernel = static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Run<double, TOp>(
            c, Casts.Apply(c, a[0], SqlType.Float64, n), Casts.Apply(c, a[1], SqlType.Float64, n), n, ref r);
        family.Add(name, [SqlType.Float32, SqlType.Float64], SqlType.Float64, kernel);
        family.Add(name, [SqlType.Float64, SqlType.Float32], SqlType.Float64, kernel);
    }

    private static void Binary<T, TOp>(FunctionFamily family, string name, SqlType type)
        where T : unmanaged, INumber<T>
        where TOp : struct, IArithmetic<T> => family.Add(
            name, [type, type], type,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Run<T, TOp>(c, a[0], a[1], n, ref r));

    private static void Run<T, TOp>(EvaluationContext context, in Vector left, in Vector right, int rowCount, ref Vector result)
        where T : unmanaged, INumber<T>
        where TOp : struct, IArithmetic<T>
    {
        int failure = ArithmeticKernel.Apply<T, TOp>(left, right, rowCount, context.Active, ref result);
        if (failure >= 0)
        {
            throw TOp.DividesByRight && T.IsZero(right.Value<T>(failure))
                ? ValueErrors.Operation(ValueStatus.DivisionByZero, result.Type)
                : result.Type.Id is TypeId.Float32 or TypeId.Float64 && T.IsZero(result.Value<T>(failure))
                    ? new SqlException(SqlState.NumericValueOutOfRange, "value out of range: underflow")
                    : ValueErrors.Operation(ValueStatus.OutOfRange, result.Type);
        }
    }

    private static void Numeric(
        FunctionFamily family, string name, NumericOp op, Func<SqlType, SqlType, SqlType> bounds) => family.AddTyped(
            name, [SqlType.Numeric, SqlType.Numeric], types => bounds(types[0], types[1]),
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => NumericKernel.Apply(op, a[0], a[1], n, c, ref r),
            takesIntegersAsNumeric: true);

    private static Vector Zero(SqlType type, EvaluationContext context, int rowCount) =>
        Datum.OfRaw(type, 0).ToConstant(context.Arena, rowCount);

    private static void Negate(EvaluationContext context, in Vector operand, int rowCount, ref Vector result)
    {
        switch (result.Type.NumericForm)
        {
            case NumericForm.Scaled64:
                MapKernel.Apply<long, long, NegateNumber<long>>(default, operand, rowCount, context.Active, ref result);
                break;
            case NumericForm.Scaled128:
                MapKernel.Apply<Int128, Int128, NegateNumber<Int128>>(default, operand, rowCount, context.Active, ref result);
                break;
            default:
                MapKernel.Apply<FreeNumeric, FreeNumeric, NegateFree>(default, operand, rowCount, context.Active, ref result);
                break;
        }
    }

    private readonly struct NegateFloat<T> : IMap<T, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ValueStatus Apply(T value, out T result)
        {
            result = -value;
            return ValueStatus.Ok;
        }
    }

    private readonly struct NegateNumber<T> : IMap<T, T> where T : unmanaged, INumber<T>
    {
        public ValueStatus Apply(T value, out T result)
        {
            result = unchecked(T.Zero - value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct NegateFree : IMap<FreeNumeric, FreeNumeric>
    {
        public ValueStatus Apply(FreeNumeric value, out FreeNumeric result)
        {
            result = Numerics.Negate(value);
            return ValueStatus.Ok;
        }
    }
}
