using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Dates and times as text: ISO order as PostgreSQL's DateStyle ISO, with RisingWave's details: fractional seconds have
/// 3 or 6 digits or none (36.070), a zone's offset always shows minutes (+00:00).
/// </summary>
public static class TemporalText
{
    public static void AppendDate(int date, ref TextSink sink)
    {
        if (!Temporal.IsFinite(date))
        {
            sink.Write(date == Temporal.DateInfinity ? "infinity"u8 : "-infinity"u8);
            return;
        }

        var target = sink.GetSpan(32);
        int at = WriteDate(target, date, out bool isBeforeChrist);
        sink.Advance(at);
        if (isBeforeChrist)
        {
            sink.Write(" BC"u8);
        }
    }

    public static void AppendTime(long time, ref TextSink sink) => sink.Advance(WriteTime(sink.GetSpan(16), time));

    public static void AppendTimestamp(long timestamp, ref TextSink sink)
    {
        if (!Temporal.IsFinite(timestamp))
        {
            sink.Write(timestamp > 0 ? "infinity"u8 : "-infinity"u8);
            return;
        }

        AppendLocal(timestamp, ref sink, out bool isBeforeChrist);
        if (isBeforeChrist)
        {
            sink.Write(" BC"u8);
        }
    }

    /// <summary>An instant in the session's time zone.</summary>
    public static void AppendTimestampTz(long utc, ZoneRules zone, ref TextSink sink)
    {
        if (!Temporal.IsFinite(utc))
        {
            sink.Write(utc > 0 ? "infinity"u8 : "-infinity"u8);
            return;
        }

        int offset = zone.OffsetSecondsAtUtc(utc);
        AppendLocal(utc + (offset * Temporal.MicrosPerSecond), ref sink, out bool isBeforeChrist);
        AppendOffset(offset, ref sink);
        if (isBeforeChrist)
        {
            sink.Write(" BC"u8);
        }
    }

    /// <summary>+hh:mm, with :ss where an offset has seconds.</summary>
    public static void AppendOffset(int offsetSeconds, ref TextSink sink)
    {
        var target = sink.GetSpan(9);
        int magnitude = Math.Abs(offsetSeconds);
        target[0] = offsetSeconds < 0 ? (byte)'-' : (byte)'+';
        WritePair(target, 1, magnitude / 3600);
        target[3] = (byte)':';
        WritePair(target, 4, magnitude / 60 % 60);
        if (magnitude % 60 == 0)
        {
            sink.Advance(6);
            return;
        }

        target[6] = (byte)':';
        WritePair(target, 7, magnitude % 60);
        sink.Advance(9);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WritePair(Span<byte> target, int at, int value)
    {
        int tens = (int)((uint)value / 10);
        target[at + 1] = (byte)('0' + value - (tens * 10));
        target[at] = (byte)('0' + tens);
    }

    /// <summary>Writes six digits of microseconds.</summary>
    internal static void WriteMicros(Span<byte> target, int micros)
    {
        WritePair(target, 0, micros / 10_000);
        WritePair(target, 2, micros / 100 % 100);
        WritePair(target, 4, micros % 100);
    }

    private static void AppendLocal(long timestamp, ref TextSink sink, out bool isBeforeChrist)
    {
        var target = sink.GetSpan(48);
        long day = Temporal.DayOf(timestamp);
        int at = WriteDate(target, day, out isBeforeChrist);
        target[at++] = (byte)' ';
        at += WriteTime(target[at..], timestamp - (day * Temporal.MicrosPerDay));
        sink.Advance(at);
    }

    private static int WriteDate(Span<byte> target, long days, out bool isBeforeChrist)
    {
        CivilDate.FromDays(days, out int year, out int month, out int day);
        isBeforeChrist = year <= 0;
        year = isBeforeChrist ? 1 - year : year;
        int at = 4;
        if (year < 10_000)
        {
            WritePair(target, 0, year / 100);
            WritePair(target, 2, year % 100);
        }
        else
        {
            System.Buffers.Text.Utf8Formatter.TryFormat(year, target, out at);
        }

        target[at] = (byte)'-';
        WritePair(target, at + 1, month);
        target[at + 3] = (byte)'-';
        WritePair(target, at + 4, day);
        return at + 6;
    }

    private static int WriteTime(Span<byte> target, long time)
    {
        int seconds = (int)(time / Temporal.MicrosPerSecond);
        int micros = (int)(time - (seconds * Temporal.MicrosPerSecond));
        WritePair(target, 0, seconds / 3600);
        target[2] = (byte)':';
        WritePair(target, 3, seconds / 60 % 60);
        target[5] = (byte)':';
        WritePair(target, 6, seconds % 60);
        if (micros == 0)
        {
            return 8;
        }

        target[8] = (byte)'.';
        WriteMicros(target[9..], micros);
        return micros % 1000 == 0 ? 12 : 15;
    }
}
