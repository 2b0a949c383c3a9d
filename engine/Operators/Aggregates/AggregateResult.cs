using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// Turns the accumulators of groups into one output column, a vector at a time. Knows which accumulators it reads; shares
/// them with other results (avg reads the sum and the count that sum and count keep).
/// </summary>
internal abstract class AggregateResult(SqlType type)
{
    internal SqlType Type { get; } = type;

    /// <summary>
    /// Writes the results of the groups to rows start, start + 1, ... of a flat vector that has a validity bitmap, all valid.
    /// Strings go to the arena.
    /// </summary>
    internal abstract void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena);

    internal static void SetNull(ref Vector output, int row)
    {
        Bitmap.Clear(output.Validity, row);
        // Equal rows have equal bytes, also below a NULL.
        switch (output.Type.Layout)
        {
            case Layout.Bit: Bitmap.Clear(output.Bits, row); break;
            case Layout.Fixed2: output.Values<short>()[row] = 0; break;
            case Layout.Fixed4: output.Values<int>()[row] = 0; break;
            case Layout.Fixed8: output.Values<long>()[row] = 0; break;
            default: output.Values<Int128>()[row] = 0; break;
        }
    }
}

/// <summary>count(*) and count(x).</summary>
internal sealed class CountResult(int count, SqlType type) : AggregateResult(type)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        var values = output.Values<long>()[start..];
        for (int i = 0; i < numbers.Length; i++)
        {
            values[i] = counts[numbers[i]];
        }
    }
}

/// <summary>min, max, and the value of a single row, where it stands in its accumulator.</summary>
internal sealed class ExtremeResult<T>(int extreme, SqlType type) : AggregateResult(type) where T : unmanaged
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var cells = view.Cells<Extreme<T>>(extreme);
        var values = output.Values<T>();
        for (int i = 0; i < numbers.Length; i++)
        {
            ref var cell = ref cells[numbers[i]];
            if (cell.IsPresent != 0)
            {
                values[start + i] = cell.Value;
            }
            else
            {
                SetNull(ref output, start + i);
            }
        }
    }
}

/// <summary>bool_and and bool_or, from how many values there are and how many of them are true.</summary>
internal sealed class BooleanResult(int count, int trueCount, bool isAnd) : AggregateResult(SqlType.Boolean)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        var trues = view.Cells<long>(trueCount);
        for (int i = 0; i < numbers.Length; i++)
        {
            long all = counts[numbers[i]];
            long true_ = trues[numbers[i]];
            if (all == 0)
            {
                SetNull(ref output, start + i);
            }
            else
            {
                Bitmap.Put(output.Bits, start + i, isAnd ? true_ == all : true_ > 0);
            }
        }
    }
}

/// <summary>bit_and, bit_or and bit_xor, from the bits or from counts by bit.</summary>
internal sealed class BitsResult(int count, int cell, Binding.AggregateKind kind, bool isCounted, SqlType type)
    : AggregateResult(type)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var counts = view.Cells<long>(count);
        for (int i = 0; i < numbers.Length; i++)
        {
            int number = numbers[i];
            long all = counts[number];
            if (all == 0)
            {
                SetNull(ref output, start + i);
                continue;
            }

            long bits = isCounted ? FromCounts(ref view.Cells<BitCounts>(cell)[number], all) : view.Cells<Bits>(cell)[number].Value;
            switch (output.Type.Layout)
            {
                case Layout.Fixed2: output.Values<short>()[start + i] = (short)bits; break;
                case Layout.Fixed4: output.Values<int>()[start + i] = (int)bits; break;
                default: output.Values<long>()[start + i] = bits; break;
            }
        }
    }

    private long FromCounts(ref BitCounts counts, long all)
    {
        long bits = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            bool isSet = kind == Binding.AggregateKind.BitAnd ? counts[bit] == all : counts[bit] > 0;
            bits |= isSet ? 1L << bit : 0;
        }

        return bits;
    }
}
