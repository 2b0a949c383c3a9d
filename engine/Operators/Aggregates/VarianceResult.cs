using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// var_pop, var_samp and their square roots, from count, exact sum and exact sum of squares:
/// (n * sum(x^2) - sum(x)^2) / (n * n), or / (n * (n - 1)). The numerator is exact, so nothing cancels.
/// </summary>
internal abstract class VarianceResult(int count, AggregateKind kind, SqlType type) : AggregateResult(type)
{
    private readonly bool _isSample = kind is AggregateKind.VarSamp or AggregateKind.StddevSamp;

    protected bool IsDeviation { get; } = kind is AggregateKind.StddevPop or AggregateKind.StddevSamp;

    internal sealed override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        for (int i = 0; i < numbers.Length; i++)
        {
            long n = counts[numbers[i]];
            if (n < (_isSample ? 2 : 1))
            {
                SetNull(ref output, start + i);
            }
            else
            {
                Put(in view, numbers[i], n, _isSample ? n - 1 : n, ref output, start + i);
            }
        }
    }

    protected abstract void Put(in GroupView view, int number, long n, long freedom, ref Vector output, int row);
}

/// <summary>Over integers and numerics in 64 bits: a numeric of 28 digits.</summary>
internal sealed class ExactVarianceResult(int count, int sum, int squares, int scale, AggregateKind kind, SqlType type)
    : VarianceResult(count, kind, type)
{
    protected override void Put(in GroupView view, int number, long n, long freedom, ref Vector output, int row)
    {
        var total = view.Cells<WideSum>(sum)[number].Value;
        var numerator = view.Cells<Int256>(squares)[number].Times(n) - Int256.Product(total, total);
        var variance = NumericOutput.Divide(numerator, 2 * scale, (UInt128)n * (ulong)freedom);
        NumericOutput.Put(ref output, row, IsDeviation ? NumericOutput.SquareRoot(variance) : variance);
    }
}

/// <summary>Over floats, and over wider numerics by way of floats.</summary>
internal sealed class FloatVarianceResult(int count, int sum, int squares, AggregateKind kind, SqlType type)
    : VarianceResult(count, kind, type)
{
    protected override void Put(in GroupView view, int number, long n, long freedom, ref Vector output, int row)
    {
        double variance = Variance(in view, number, n, freedom);
        double result = IsDeviation ? Math.Sqrt(variance) : variance;
        if (output.Type.Id == TypeId.Float64)
        {
            output.Values<double>()[row] = result;
            return;
        }

        NumericOutput.Check(NumericForms.FromFloat64(result, out var numeric), output.Type);
        NumericOutput.Put(ref output, row, numeric);
    }

    private double Variance(in GroupView view, int number, long n, long freedom)
    {
        ref var values = ref view.Cells<FloatSum>(sum)[number];
        ref var squared = ref view.Cells<FloatSum>(squares)[number];
        if (!values.IsFinite || !squared.IsFinite)
        {
            return double.NaN;
        }

        var x = FloatSums.Parts(in view, sum, ref values, number);
        var xx = FloatSums.Parts(in view, squares, ref squared, number);
        Span<ulong> words = stackalloc ulong[Superaccumulator.WordCount];
        words.Clear();
        Superaccumulator.Add(words, xx.High, n);
        Superaccumulator.Add(words, xx.Middle, n);
        Superaccumulator.Add(words, xx.Low, n);
        ReadOnlySpan<double> parts = [x.High, x.Middle, x.Low];
        foreach (double a in parts)
        {
            foreach (double b in parts)
            {
                double product = FloatSums.Checked(a * b);
                Superaccumulator.Add(words, product, -1);
                Superaccumulator.Add(words, Math.FusedMultiplyAdd(a, b, -product), -1);
            }
        }

        return Math.Max(FloatSums.Checked(Superaccumulator.Rounded(words)), 0) / n / freedom;
    }
}
