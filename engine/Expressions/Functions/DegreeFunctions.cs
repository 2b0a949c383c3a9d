using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// asind, acosd, atand, atan2d and cotd: angles in degrees, scaled as PostgreSQL does, so that the exact ones (30, 45, 60)
/// come out exact.
/// </summary>
internal static class DegreeFunctions
{
    private static readonly double _asinHalf = Math.Asin(0.5);
    private static readonly double _acosHalf = Math.Acos(0.5);
    private static readonly double _atanOne = Math.Atan(1);

    internal static void Register(FunctionFamily family)
    {
        family.Map<double, double, Asin>("asind", SqlType.Float64, SqlType.Float64);
        family.Map<double, double, Acos>("acosd", SqlType.Float64, SqlType.Float64);
        family.Map<double, double, Atan>("atand", SqlType.Float64, SqlType.Float64, canFail: false);
        family.Map<double, double, double, Atan2>("atan2d", SqlType.Float64, SqlType.Float64, SqlType.Float64, canFail: false);
        family.Map<double, double, Cot>("cotd", SqlType.Float64, SqlType.Float64);
    }

    private static double AsinUpTo1(double x) => x <= 0.5
        ? Math.Asin(x) / _asinHalf * 30 : 90 - (Math.Acos(x) / _acosHalf * 60);

    private static double AcosUpTo1(double x) => x <= 0.5
        ? 90 - (Math.Asin(x) / _asinHalf * 30) : Math.Acos(x) / _acosHalf * 60;

    private static SqlException InputError() => new(SqlState.NumericValueOutOfRange, "input is out of range");

    private readonly struct Asin : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = value >= 0 ? AsinUpTo1(value) : -AsinUpTo1(-value);
            return value < -1 || value > 1 ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Acos : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = value >= 0 ? AcosUpTo1(value) : 90 + AsinUpTo1(-value);
            return value < -1 || value > 1 ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }

    private readonly struct Atan : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            result = Math.Atan(value) / _atanOne * 45;
            return ValueStatus.Ok;
        }
    }

    private readonly struct Atan2 : IMap<double, double, double>
    {
        public ValueStatus Apply(double left, double right, out double result)
        {
            result = Math.Atan2(left, right) / _atanOne * 45;
            return ValueStatus.Ok;
        }
    }

    private readonly struct Cot : IMap<double, double>
    {
        public ValueStatus Apply(double value, out double result)
        {
            double turn = Math.IEEERemainder(value, 180);
            result = turn switch
            {
                0 => double.PositiveInfinity,
                45 => 1,
                -45 => -1,
                90 or -90 => 0,
                _ => 1 / Math.Tan(turn * (Math.PI / 180)),
            };
            return double.IsInfinity(value) ? ValueStatus.OutOfRange : ValueStatus.Ok;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => InputError();
    }
}
