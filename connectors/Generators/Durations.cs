using System.Globalization;

namespace Vectorized.Connectors.Generators;

/// <summary>Spans of time as people write them in options: `2h 37min`, `1d`, `500 ms`.</summary>
internal static class Durations
{
    private static readonly (string[] Names, long Micros)[] _units =
    [
        (["us", "usec"], 1),
        (["ms", "msec"], 1000),
        (["s", "sec", "secs", "second", "seconds"], 1_000_000),
        (["m", "min", "mins", "minute", "minutes"], 60_000_000),
        (["h", "hr", "hrs", "hour", "hours"], 3_600_000_000),
        (["d", "day", "days"], 86_400_000_000),
        (["w", "week", "weeks"], 7 * 86_400_000_000),
    ];

    /// <summary>Microseconds, or null when the text is no such span.</summary>
    internal static long? Parse(string text)
    {
        long total = 0;
        int at = 0;
        bool any = false;
        while (true)
        {
            at = Skip(text, at, char.IsWhiteSpace);
            if (at == text.Length)
            {
                return any ? total : null;
            }

            int digits = Skip(text, at, char.IsAsciiDigit);
            int unit = Skip(text, digits, char.IsWhiteSpace);
            int end = Skip(text, unit, char.IsAsciiLetter);
            string name = text[unit..end];
            long micros = Array.Find(_units, u => u.Names.Contains(name)).Micros;
            if (micros == 0 || !long.TryParse(text[at..digits], CultureInfo.InvariantCulture, out long count)
                || count > (long.MaxValue - total) / micros)
            {
                return null;
            }

            total += count * micros;
            any = true;
            at = end;
        }
    }

    private static int Skip(string text, int at, Func<char, bool> match)
    {
        while (at < text.Length && match(text[at]))
        {
            at++;
        }

        return at;
    }
}
