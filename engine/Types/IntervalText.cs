using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Intervals as text. Output: IntervalStyle postgres (1 year 2 mons -3 days +04:05:06.7). Input: PostgreSQL's verbose
/// and SQL-standard forms and ISO 8601, by <see cref="IntervalParser"/>.
/// </summary>
public static class IntervalText
{
    public static void Append(IntervalValue value, ref TextSink sink)
    {
        bool isZero = true;
        bool isBefore = false;
        AppendPart(value.Months / 12, "year"u8, ref isZero, ref isBefore, ref sink);
        AppendPart(value.Months % 12, "mon"u8, ref isZero, ref isBefore, ref sink);
        AppendPart(value.Days, "day"u8, ref isZero, ref isBefore, ref sink);
        if (!isZero && value.Micros == 0)
        {
            return;
        }

        if (!isZero)
        {
            sink.WriteByte((byte)' ');
        }

        if (value.Micros < 0)
        {
            sink.WriteByte((byte)'-');
        }
        else if (isBefore)
        {
            sink.WriteByte((byte)'+');
        }

        AppendClock(value.Micros < 0 ? unchecked(0 - (ulong)value.Micros) : (ulong)value.Micros, ref sink);
    }

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, out IntervalValue value) =>
        TryParse(text, IntervalField.None, out value);

    /// <summary>A qualifier gives a bare number its unit and cuts off what is finer.</summary>
    public static ValueStatus TryParse(ReadOnlySpan<byte> text, IntervalField lastField, out IntervalValue value)
    {
        var status = IntervalParser.Parse(text, lastField, out value);
        if (status == ValueStatus.Ok && lastField is not IntervalField.None and not IntervalField.Second)
        {
            value = Cut(value, lastField);
        }

        return status;
    }

    private static IntervalValue Cut(IntervalValue value, IntervalField lastField) => lastField switch
    {
        IntervalField.Year => new(value.Months / 12 * 12, 0, 0),
        IntervalField.Month => new(value.Months, 0, 0),
        IntervalField.Day => new(value.Months, value.Days, 0),
        IntervalField.Hour => new(value.Months, value.Days, value.Micros / Temporal.MicrosPerHour * Temporal.MicrosPerHour),
        _ => new(value.Months, value.Days, value.Micros / Temporal.MicrosPerMinute * Temporal.MicrosPerMinute),
    };

    private static void AppendPart(
        int value, scoped ReadOnlySpan<byte> unit, ref bool isZero, ref bool isBefore, ref TextSink sink)
    {
        if (value == 0)
        {
            return;
        }

        if (!isZero)
        {
            sink.WriteByte((byte)' ');
        }

        if (isBefore && value > 0)
        {
            sink.WriteByte((byte)'+');
        }

        IntegerText.Append(value, ref sink);
        sink.WriteByte((byte)' ');
        sink.Write(unit);
        if (value != 1)
        {
            sink.WriteByte((byte)'s');
        }

        isBefore = value < 0;
        isZero = false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AppendClock(ulong micros, ref TextSink sink)
    {
        ulong hours = micros / (ulong)Temporal.MicrosPerHour;
        ulong rest = micros % (ulong)Temporal.MicrosPerHour;
        if (hours < 10)
        {
            sink.WriteByte((byte)'0');
        }

        IntegerText.Append((long)hours, ref sink);
        var target = sink.GetSpan(16);
        int seconds = (int)(rest / (ulong)Temporal.MicrosPerSecond);
        int fraction = (int)(rest % (ulong)Temporal.MicrosPerSecond);
        target[0] = (byte)':';
        TemporalText.WritePair(target, 1, seconds / 60);
        target[3] = (byte)':';
        TemporalText.WritePair(target, 4, seconds % 60);
        int length = 6;
        if (fraction != 0)
        {
            target[6] = (byte)'.';
            TemporalText.WriteMicros(target[7..], fraction);
            length = 13;
            while (target[length - 1] == '0')
            {
                length--;
            }
        }

        sink.Advance(length);
    }
}
