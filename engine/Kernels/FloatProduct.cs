namespace Vectorized.Engine.Kernels;

/// <summary>Exact products of doubles, as two doubles whose sum they are (by fused multiply-add).</summary>
internal static class FloatProduct
{
    private const long WeightMax = 1L << 53;

    /// <summary>Below this a product's rest may fall under the smallest double.</summary>
    private const double ProductMin = 1e-280;

    /// <summary>Whether a product and the rest that its fused multiply-add gives are the exact product.</summary>
    internal static bool IsExact(double product, double factor) =>
        double.IsFinite(product) && (Math.Abs(product) >= ProductMin || factor == 0);

    /// <summary>Adds value * weight to an expansion, all or nothing.</summary>
    internal static bool TryAdd(ref FloatExpansion sum, double value, long weight)
    {
        if (weight is 1 or -1 || value == 0)
        {
            return sum.TryAdd(value * weight);
        }

        double product = value * weight;
        if (weight is > WeightMax or < -WeightMax || !IsExact(product, value))
        {
            return false;
        }

        var before = sum;
        if (sum.TryAdd(product) && sum.TryAdd(Math.FusedMultiplyAdd(value, weight, -product)))
        {
            return true;
        }

        sum = before;
        return false;
    }
}
