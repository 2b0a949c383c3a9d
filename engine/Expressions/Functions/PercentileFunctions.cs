using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// approx_percentile's buckets, as DDSketch has them (Masson, Rim, Lee, VLDB 2019): with relative error e and base
/// g = (1 + e) / (1 - e), x belongs to bucket i = ceil(log_g |x|), which stands for 2 g^i / (g + 1) with x's sign. The
/// aggregate counts buckets, so its state is bounded by them and a retraction is exact.
/// </summary>
internal static class PercentileFunctions
{
    internal static void Register(FunctionFamily family) => family.Map<double, double, double, ToBucket>(
        BuiltinNames.PercentileBucket, SqlType.Float64, SqlType.Float64, SqlType.Float64, canFail: false);

    private readonly struct ToBucket : IMap<double, double, double>
    {
        public ValueStatus Apply(double left, double right, out double result)
        {
            double x = left;
            double growth = (1 + right) / (1 - right);
            result = x == 0 || !double.IsFinite(x) ? x : Math.CopySign(
                2 * Power(growth, (int)Math.Ceiling(Math.Log(Math.Abs(x), growth))) / (growth + 1), x);
            return ValueStatus.Ok;
        }

        /// <summary>By repeated squaring, so that a bucket's value has the same bits everywhere.</summary>
        private static double Power(double x, int exponent)
        {
            double power = 1;
            for (int rest = exponent; rest != 0; rest /= 2, x *= x)
            {
                power *= rest % 2 != 0 ? x : 1;
            }

            return exponent < 0 ? 1 / power : power;
        }
    }
}
