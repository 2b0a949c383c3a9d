using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// sum and avg over exact numbers. NULL when no value counts. An average is the exact sum divided once, to 28 significant
/// digits.
/// </summary>
internal abstract class ExactSumResult(int count, bool isAverage, SqlType type) : AggregateResult(type)
{
    internal sealed override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        for (int i = 0; i < numbers.Length; i++)
        {
            long values = counts[numbers[i]];
            if (values == 0)
            {
                SetNull(ref output, start + i);
            }
            else
            {
                Put(in view, numbers[i], isAverage ? values : 0, ref output, start + i);
            }
        }
    }

    /// <summary>Writes the sum (count 0), or the average over so many values.</summary>
    protected abstract void Put(in GroupView view, int number, long values, ref Vector output, int row);

    protected static void PutNarrow(Int128 sum, int scale, long values, ref Vector output, int row)
    {
        if (values == 0)
        {
            NumericOutput.Put(ref output, row, sum, scale);
            return;
        }

        NumericOutput.Check(Numerics.Average(sum, scale, values, out var average), output.Type);
        NumericOutput.Put(ref output, row, average);
    }
}

/// <summary>Over int2 and int4.</summary>
internal sealed class Sum64Result(int count, int sum, bool isAverage, SqlType type) : ExactSumResult(count, isAverage, type)
{
    protected override void Put(in GroupView view, int number, long values, ref Vector output, int row) =>
        PutNarrow(view.Cells<long>(sum)[number], 0, values, ref output, row);
}

/// <summary>Over int8 and numerics in 64 bits.</summary>
internal sealed class Sum128Result(int count, int sum, int scale, bool isAverage, SqlType type)
    : ExactSumResult(count, isAverage, type)
{
    protected override void Put(in GroupView view, int number, long values, ref Vector output, int row) =>
        PutNarrow(view.Cells<WideSum>(sum)[number].Value, scale, values, ref output, row);
}

/// <summary>Over numerics in 128 bits.</summary>
internal sealed class Sum256Result(int count, int sum, int scale, bool isAverage, SqlType type)
    : ExactSumResult(count, isAverage, type)
{
    protected override void Put(in GroupView view, int number, long values, ref Vector output, int row)
    {
        ref var total = ref view.Cells<Int256>(sum)[number];
        if (total.TryNarrow(out var narrow))
        {
            PutNarrow(narrow, scale, values, ref output, row);
        }
        else
        {
            NumericOutput.Put(ref output, row, NumericOutput.Divide(total, scale, (ulong)Math.Max(values, 1), 0));
        }
    }
}

/// <summary>Over unbounded numerics. A sum shows the largest scale of its values.</summary>
internal sealed class FreeNumericResult(int count, int sum, bool isAverage, SqlType type)
    : ExactSumResult(count, isAverage, type)
{
    protected override void Put(in GroupView view, int number, long values, ref Vector output, int row)
    {
        ref var cell = ref view.Cells<FreeNumericSum>(sum)[number];
        if (!cell.IsFinite)
        {
            NumericOutput.Put(ref output, row, cell.Special);
            return;
        }

        int scaleMin = values > 0 ? 0
            : cell.IsSpilled == 0 ? cell.ScaleMax : view.SpilledWords(sum, number).LastIndexOfAnyExcept(0UL);
        NumericOutput.Put(
            ref output, row, NumericOutput.Divide(cell.Sum, FreeNumeric.ScaleMax, (ulong)Math.Max(values, 1), Math.Max(scaleMin, 0)));
    }
}

/// <summary>Over intervals: field by field.</summary>
internal sealed class IntervalSumResult(int count, int sum, bool isAverage) : ExactSumResult(count, isAverage, SqlType.Interval)
{
    protected override void Put(in GroupView view, int number, long values, ref Vector output, int row)
    {
        ref var cell = ref view.Cells<IntervalSum>(sum)[number];
        var micros = cell.Micros.Value;
        if (cell.Months != (int)cell.Months || cell.Days != (int)cell.Days || micros != (long)micros)
        {
            ValueErrors.ThrowOperation(ValueStatus.IntervalOverflow, SqlType.Interval);
        }

        var result = new IntervalValue((int)cell.Months, (int)cell.Days, (long)micros);
        if (values > 0)
        {
            NumericOutput.Check(IntervalArithmetic.Divide(result, values, out result), SqlType.Interval);
        }

        output.Values<Int128>()[row] = result.Bits;
    }
}

/// <summary>sum and avg over floats: the exact sum, rounded once.</summary>
internal sealed class FloatSumResult(int count, int sum, bool isAverage, SqlType type) : AggregateResult(type)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        var cells = view.Cells<FloatSum>(sum);
        for (int i = 0; i < numbers.Length; i++)
        {
            int number = numbers[i];
            long values = counts[number];
            if (values == 0)
            {
                SetNull(ref output, start + i);
            }
            else if (output.Type.Id == TypeId.Float32)
            {
                output.Values<float>()[start + i] = Single(in view, ref cells[number], number);
            }
            else
            {
                double total = FloatSums.Rounded(in view, sum, ref cells[number], number);
                output.Values<double>()[start + i] = isAverage ? total / values : total;
            }
        }
    }

    private float Single(in GroupView view, ref FloatSum cell, int number)
    {
        if (!cell.IsFinite)
        {
            return (float)cell.Special;
        }

        return FloatSums.Checked(cell.IsSpilled
            ? Superaccumulator.RoundedToSingle(view.SpilledWords(sum, number)) : cell.Finite.RoundedToSingle());
    }
}

/// <summary>Reads float sums wherever they stand.</summary>
internal static class FloatSums
{
    internal static double Rounded(in GroupView view, int accumulator, ref FloatSum cell, int number)
    {
        if (!cell.IsFinite)
        {
            return cell.Special;
        }

        return Checked(cell.IsSpilled
            ? Superaccumulator.Rounded(view.SpilledWords(accumulator, number)) : cell.Finite.Rounded());
    }

    /// <summary>The sum as three doubles: exactly, or of a spilled one the leading 159 bits.</summary>
    internal static FloatExpansion Parts(in GroupView view, int accumulator, ref FloatSum cell, int number)
    {
        if (!cell.IsSpilled)
        {
            return cell.Finite;
        }

        Span<ulong> words = stackalloc ulong[Superaccumulator.WordCount];
        view.SpilledWords(accumulator, number).CopyTo(words);
        var parts = default(FloatExpansion);
        parts.High = Checked(Superaccumulator.Rounded(words));
        Superaccumulator.Add(words, parts.High, -1);
        parts.Middle = Superaccumulator.Rounded(words);
        Superaccumulator.Add(words, parts.Middle, -1);
        parts.Low = Superaccumulator.Rounded(words);
        return parts;
    }

    internal static double Checked(double value)
    {
        if (!double.IsFinite(value))
        {
            ValueErrors.ThrowOperation(ValueStatus.OutOfRange, SqlType.Float64);
        }

        return value;
    }

    internal static float Checked(float value)
    {
        if (!float.IsFinite(value))
        {
            ValueErrors.ThrowOperation(ValueStatus.OutOfRange, SqlType.Float32);
        }

        return value;
    }
}
