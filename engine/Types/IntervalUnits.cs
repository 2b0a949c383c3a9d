namespace Vectorized.Engine.Types;

/// <summary>What a number in an interval counts; ago and @ are words among them.</summary>
internal enum IntervalUnit : byte
{
    None, Microsecond, Millisecond, Second, Minute, Hour, Day, Week, Month, Year, Decade, Century, Millennium, Ago, Skip,
}

/// <summary>PostgreSQL's names of interval units.</summary>
internal static class IntervalUnits
{
    internal static IntervalUnit Find(ReadOnlySpan<byte> word)
    {
        Span<byte> lower = stackalloc byte[16];
        if (word.Length > 12)
        {
            return IntervalUnit.None;
        }

        for (int i = 0; i < word.Length; i++)
        {
            lower[i] = (byte)(word[i] | 0x20);
        }

        lower = lower[..word.Length];
        return lower switch
        {
            _ when lower.SequenceEqual("ago"u8) => IntervalUnit.Ago,
            _ when Any(lower, "d day days"u8) => IntervalUnit.Day,
            _ when Any(lower, "h hr hrs hour hours"u8) => IntervalUnit.Hour,
            _ when Any(lower, "m min mins minute minutes"u8) => IntervalUnit.Minute,
            _ when Any(lower, "s sec secs second seconds"u8) => IntervalUnit.Second,
            _ when Any(lower, "mon mons month months"u8) => IntervalUnit.Month,
            _ when Any(lower, "y yr yrs year years"u8) => IntervalUnit.Year,
            _ when Any(lower, "w week weeks"u8) => IntervalUnit.Week,
            _ when Any(lower, "ms msec msecs mseconds millisecond milliseconds"u8) => IntervalUnit.Millisecond,
            _ when Any(lower, "us usec usecs useconds microsecond microseconds"u8) => IntervalUnit.Microsecond,
            _ when Any(lower, "dec decs decade decades"u8) => IntervalUnit.Decade,
            _ when Any(lower, "c cent century centuries"u8) => IntervalUnit.Century,
            _ when Any(lower, "mil mils millennia millennium millenniums"u8) => IntervalUnit.Millennium,
            _ => IntervalUnit.None,
        };
    }

    private static bool Any(scoped ReadOnlySpan<byte> word, ReadOnlySpan<byte> words)
    {
        while (!words.IsEmpty)
        {
            int end = words.IndexOf((byte)' ');
            var one = end < 0 ? words : words[..end];
            if (word.SequenceEqual(one))
            {
                return true;
            }

            words = end < 0 ? default : words[(end + 1)..];
        }

        return false;
    }
}
