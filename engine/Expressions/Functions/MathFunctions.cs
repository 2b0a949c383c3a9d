using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Functions of float8: roots, powers, logarithms, trigonometry. Domain errors and overflow as PostgreSQL's.</summary>
internal static class MathFunctions
{
    internal static void Register(FunctionFamily family)
    {
        Float<Sqrt>(family, "sqrt");
        Float<Cbrt>(family, "cbrt");
        Float<Exp>(family, "exp");
        Float<Ln>(family, "ln");
        Float<Log10>(family, "log10");
        Float<Log10>(family, "log");
        Float<Sin>(family, "sin");
        Float<Cos>(family, "cos");
        Float<Tan>(family, "tan");
        Float<Cot>(family, "cot");
        Float<Asin>(family, "asin");
        Float<Acos>(family, "acos");
        Float<Atan>(family, "atan");
        Float<Sinh>(family, "sinh");
        Float<Cosh>(family, "cosh");
        Float<Tanh>(family, "tanh");
        Float<Coth>(family, "coth");
        Float<Asinh>(family, "asinh");
        Float<Acosh>(family, "acosh");
        Float<Atanh>(family, "atanh");
        Float<Degrees>(family, "degrees");
        Float<Radians>(family, "radians");
        Float<GammaFunction>(family, "gamma");
        Float<LogGamma>(family, "lgamma");
        Float<SinDegrees>(family, "sind");
        Float<CosDegrees>(family, "cosd");
        Float<TanDegrees>(family, "tand");
        foreach (string name in new[] { "power", "pow", "^" })
        {
            family.Map<double, double, double, Power>(name, SqlType.Float64, SqlType.Float64, SqlType.Float64);
        }

        family.Map<double, double, double, Atan2>("atan2", SqlType.Float64, SqlType.Float64, SqlType.Float64);
        family.Add(
            "pi", [], SqlType.Float64,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => r.Values<double>().Fill(Math.PI), canFail: false);
    }

    private static void Float<TOp>(FunctionFamily family, string name) where TOp : struct, IMap<double, double> =>
        family.Map<double, double, TOp>(name, SqlType.Float64, SqlType.Float64);

    /// <summary>An infinity or a zero out of an ordinary argument does not fit.</summary>
    private static ValueStatus Finite(double result, double argument) =>
        double.IsInfinity(result) && !double.IsInfinity(argument) ? ValueStatus.OutOfRange : ValueStatus.Ok;

    private readonly struct Sqrt : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Sqrt(value);
            return value < 0 ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) =>
            new(SqlState.InvalidArgumentForPower, "cannot take square root of a negative number");
    }

    private readonly struct Cbrt : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Cbrt(value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct Exp : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Exp(value);
            return result == 0 && !double.IsInfinity(value) ? ValueStatus.InvalidText : Finite(result, value);
        }

        public static SqlException Error(ValueStatus status, SqlType type) => status == ValueStatus.InvalidText
            ? new(SqlState.NumericValueOutOfRange, "value out of range: underflow") : ValueErrors.Operation(status, type);
    }

    private readonly struct Ln : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Log(value);
            return value == 0 ? ValueStatus.DivisionByZero : value < 0 ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => LogarithmError(status);
    }

    private readonly struct Log10 : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Log10(value);
            return value == 0 ? ValueStatus.DivisionByZero : value < 0 ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => LogarithmError(status);
    }

    internal static SqlException LogarithmError(ValueStatus status) => new(
        SqlState.InvalidArgumentForLogarithm,
        status == ValueStatus.DivisionByZero ? "cannot take logarithm of zero" : "cannot take logarithm of a negative number");

    private readonly struct Power : IMap<double, double, double>
    {
        public ValueStatus Apply(double left, double right, out double result)
        {
            result = 0;
            if (left == 0 && right < 0)
            {
                return ValueStatus.DivisionByZero;
            }

            if (left < 0 && Math.Floor(right) != right)
            {
                return ValueStatus.InvalidText;
            }

            // POSIX: 1 to any power and any number to 0 are 1, NaN included.
            result = left == 1 || right == 0 ? 1 : Math.Pow(left, right);
            bool ordinary = !double.IsInfinity(left) && !double.IsInfinity(right);
            return double.IsInfinity(result) && ordinary ? ValueStatus.OutOfRange
                : result == 0 && left != 0 && ordinary ? ValueStatus.NumericOverflow : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => status switch
        {
            ValueStatus.DivisionByZero => new(SqlState.InvalidArgumentForPower, "zero raised to a negative power is undefined"),
            ValueStatus.InvalidText => new(
                SqlState.InvalidArgumentForPower, "a negative number raised to a non-integer power yields a complex result"),
            ValueStatus.NumericOverflow => new(SqlState.NumericValueOutOfRange, "value out of range: underflow"),
            _ => ValueErrors.Operation(status, type),
        };
    }

    private readonly struct Atan2 : IMap<double, double, double>
    {
        public ValueStatus Apply(double left, double right, out double result)
        {
            result = Math.Atan2(left, right);
            return ValueStatus.Ok;
        }
    }

    private static ValueStatus Ok(double value, out double result)
    {
        result = value;
        return ValueStatus.Ok;
    }

    /// <summary>Angles must be finite.</summary>
    private static ValueStatus Angle(double angle, double value, out double result)
    {
        result = value;
        return double.IsInfinity(angle) ? ValueStatus.InvalidText : ValueStatus.Ok;
    }

    private static ValueStatus Inverse(bool inDomain, double value, out double result)
    {
        result = value;
        return inDomain ? ValueStatus.Ok : ValueStatus.InvalidText;
    }

    private static SqlException InputError() => new(SqlState.NumericValueOutOfRange, "input is out of range");

    private readonly struct Sin : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Angle(value, Math.Sin(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Cos : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Angle(value, Math.Cos(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Tan : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Angle(value, Math.Tan(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Cot : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Angle(value, 1 / Math.Tan(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Asin : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Inverse(!(Math.Abs(value) > 1), Math.Asin(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Acos : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Inverse(!(Math.Abs(value) > 1), Math.Acos(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Atan : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Atan(value), out result);
    }

    private readonly struct Sinh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Sinh(value), out result);
    }

    private readonly struct Cosh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Cosh(value), out result);
    }

    private readonly struct Tanh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Tanh(value), out result);
    }

    private readonly struct Coth : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(1 / Math.Tanh(value), out result);
    }

    private readonly struct Asinh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(Math.Asinh(value), out result);
    }

    private readonly struct Acosh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Inverse(!(value < 1), Math.Acosh(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Atanh : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Inverse(!(Math.Abs(value) > 1), Math.Atanh(value), out result);

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Degrees : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = value / (Math.PI / 180);
            return Finite(result, value);
        }
    }

    private readonly struct Radians : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result) => Ok(value * (Math.PI / 180), out result);
    }

    private readonly struct GammaFunction : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            bool pole = value <= 0 && Math.Floor(value) == value;
            result = pole ? 0 : Gamma.Of(value);
            return pole ? ValueStatus.OutOfRange : result == 0 ? ValueStatus.NumericOverflow
                : double.IsInfinity(result) && !double.IsInfinity(value) ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => status == ValueStatus.NumericOverflow
            ? new(SqlState.NumericValueOutOfRange, "value out of range: underflow") : ValueErrors.Operation(status, type);
    }

    private readonly struct LogGamma : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Gamma.LogOf(value);
            return double.IsInfinity(result) && !double.IsInfinity(value) ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }
    }

    /// <summary>Exact at the multiples of 30 and 45 degrees where the result is rational.</summary>
    private readonly struct SinDegrees : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            double turn = Math.IEEERemainder(value, 360);
            result = Math.Abs(turn) switch
            {
                0 or 180 => 0,
                30 or 150 => Math.CopySign(0.5, turn),
                90 => Math.CopySign(1, turn),
                _ => Math.Sin(turn * (Math.PI / 180)),
            };
            return double.IsInfinity(value) ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct CosDegrees : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            double turn = Math.IEEERemainder(value, 360);
            result = Math.Abs(turn) switch
            {
                0 => 1,
                60 => 0.5,
                90 => 0,
                120 => -0.5,
                180 => -1,
                _ => Math.Cos(turn * (Math.PI / 180)),
            };
            return double.IsInfinity(value) ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct TanDegrees : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            double turn = Math.IEEERemainder(value, 180);
            result = turn switch
            {
                0 => 0,
                45 => 1,
                -45 => -1,
                90 => double.PositiveInfinity,
                -90 => double.NegativeInfinity,
                _ => Math.Tan(turn * (Math.PI / 180)),
            };
            return double.IsInfinity(value) ? ValueStatus.InvalidText : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }
}
