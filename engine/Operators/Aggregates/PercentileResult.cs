using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// Percentiles by rank in the ordered set: percentile_disc takes the value at ceil(f * n), percentile_cont interpolates
/// between the two around f * (n - 1), approx_percentile takes the bucket at floor(f * (n - 1)). With several fractions the
/// result is a list. O(log n) a fraction.
/// </summary>
internal sealed class PercentileResult(
    OrderedValues values, AggregateKind kind, IReadOnlyList<double?> fractions, SqlType valueType, SqlType type)
    : OrderedResult(values, type)
{
    private readonly bool _isList = type.Id == TypeId.List && !type.Equals(valueType);
    private readonly PackedBuilder _builder = new();

    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        long count = Values.Set.CountOfPrefix(prefix);
        if (count == 0 || (!_isList && fractions[0] is null))
        {
            SetNull(ref output, row);
            return;
        }

        long first = Values.Set.CountBelow(prefix);
        if (!_isList)
        {
            At(fractions[0]!.Value, first, count, prefix.Length, ref output, row, arena);
            return;
        }

        _builder.Clear();
        foreach (double? fraction in fractions)
        {
            if (fraction is not { } f)
            {
                _builder.AppendNull(valueType);
                continue;
            }

            var one = Vector.Allocate(arena, valueType, 1);
            At(f, first, count, prefix.Length, ref one, 0, arena);
            _builder.AppendFrom(in one, 0);
        }

        var sink = new TextSink(256);
        _builder.WriteList(ref sink);
        output.Views[row] = arena.AddString(sink.Written);
        sink.Dispose();
    }

    private void At(double fraction, long first, long count, int prefixLength, ref Vector output, int row, Arena arena)
    {
        double place = fraction * (count - 1);
        long rank = kind switch
        {
            AggregateKind.PercentileDisc => Math.Max((long)Math.Ceiling(fraction * count), 1) - 1,
            _ => (long)Math.Floor(place),
        };
        ReadAt(first + rank, prefixLength, ref output, row, arena);
        if (kind == AggregateKind.PercentileCont && Math.Ceiling(place) > rank)
        {
            var next = Vector.Allocate(arena, valueType, 1);
            ReadAt(first + rank + 1, prefixLength, ref next, 0, arena);
            Interpolate(place - rank, in next, ref output, row);
        }
    }

    private void ReadAt(long rank, int prefixLength, ref Vector output, int row, Arena arena)
    {
        var cursor = Values.Set.Select(rank, out _);
        Values.Read(in cursor, prefixLength, ref output, row, arena);
    }

    private static void Interpolate(double part, in Vector next, ref Vector output, int row)
    {
        if (output.Type.Id == TypeId.Float64)
        {
            ref double low = ref output.Values<double>()[row];
            low += part * (next.Values<double>()[0] - low);
            return;
        }

        ref var bits = ref output.Values<Int128>()[row];
        var from = IntervalValue.FromBits(bits);
        var status = IntervalArithmetic.Subtract(IntervalValue.FromBits(next.Values<Int128>()[0]), from, out var span);
        status = status == ValueStatus.Ok ? IntervalArithmetic.Multiply(span, part, out span) : status;
        status = status == ValueStatus.Ok ? IntervalArithmetic.Add(from, span, out span) : status;
        bits = status == ValueStatus.Ok ? span.Bits : throw ValueErrors.Operation(status, output.Type);
    }
}

/// <summary>
/// mode(): the most frequent value, the first in order among equals. Values of different form count as one, so the
/// canonical form is shown.
/// </summary>
internal sealed class ModeResult(OrderedValues values, SqlType type) : OrderedResult(values, type)
{
    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = Values.Ranking.First(prefix);
        if (cursor.IsValid)
        {
            Values.Read(in cursor, prefix.Length + CountRanking.CountBytes, ref output, row, arena);
            ValueForms.MakeCanonical(ref output, row);
        }
        else
        {
            SetNull(ref output, row);
        }
    }
}
