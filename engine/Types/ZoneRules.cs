using System.Collections.Concurrent;
using System.Text;

namespace Vectorized.Engine.Types;

/// <summary>
/// A time zone: its offset from UTC at any instant. Backed by the system's IANA data through TimeZoneInfo, with the
/// transitions from 1900 to 2050 laid out in an array (a look-up is a binary search, or nothing while the last interval
/// still covers). Immutable but for that layout, shared between threads; <see cref="Find"/> returns one object a name.
/// Local times that a change of clocks skips or repeats resolve as in PostgreSQL: skipped by the offset before, repeated
/// by the offset after.
/// </summary>
public sealed class ZoneRules
{
    private const long SecondsPerDay = 86_400;
    private const long TableStart = -2_208_988_800;
    private const long TableEnd = 2_524_608_000;
    private const long GregorianCycleSeconds = 146_097 * SecondsPerDay;

    private static readonly ConcurrentDictionary<string, ZoneRules?> _zones = new(StringComparer.OrdinalIgnoreCase);

    private readonly TimeZoneInfo? _zone;
    private readonly int _fixedOffset;
    private Table? _table;

    private ZoneRules(string name, TimeZoneInfo? zone, int fixedOffsetSeconds)
    {
        Name = name;
        _zone = zone;
        _fixedOffset = fixedOffsetSeconds;
    }

    public static ZoneRules Utc { get; } = new("UTC", null, 0);

    /// <summary>The zone's name as IANA spells it, or as it was given for a fixed offset.</summary>
    public string Name { get; }

    public bool IsFixed => _zone is null;

    /// <summary>A zone of constant offset, seconds east of Greenwich.</summary>
    public static ZoneRules OfOffset(int seconds, string name) => new(name, null, seconds);

    /// <summary>Finds a zone by IANA name in any case, by abbreviation, or by POSIX offset (UTC+3 lies WEST); null if unknown.</summary>
    public static ZoneRules? Find(string name)
    {
        // A name nobody knows is not kept: clients could fill memory with them.
        if (_zones.TryGetValue(name, out var found))
        {
            return found;
        }

        found = ZoneNames.Resolve(name);
        return found is null ? null : _zones.GetOrAdd(name, found);
    }

    public static ZoneRules? Find(ReadOnlySpan<byte> name) => name.Length > 64 ? null : Find(Encoding.UTF8.GetString(name));

    internal static ZoneRules Over(string name, TimeZoneInfo zone) => new(name, zone, 0);

    public int OffsetSecondsAtUtc(long utcMicros)
    {
        if (_zone is null)
        {
            return _fixedOffset;
        }

        long second = FloorSeconds(utcMicros);
        if (second is >= TableStart and < TableEnd)
        {
            var table = _table ??= Table.Build(_zone);
            return table.Offsets[table.IndexAt(second)];
        }

        return Ask(_zone, second);
    }

    public int OffsetSecondsAtLocal(long localMicros)
    {
        if (_zone is null)
        {
            return _fixedOffset;
        }

        // As PostgreSQL's DetermineTimeZoneOffset: look at the first change after (local time taken as UTC) - 1 day.
        long second = FloorSeconds(localMicros);
        long start = second - SecondsPerDay;
        long end = second + (2 * SecondsPerDay);
        int before;
        int after;
        long boundary;
        if (start >= TableStart && end < TableEnd)
        {
            var table = _table ??= Table.Build(_zone);
            int index = table.IndexAt(start);
            before = table.Offsets[index];
            if (index + 1 == table.Starts.Length || table.Starts[index + 1] > end)
            {
                return before;
            }

            after = table.Offsets[index + 1];
            boundary = table.Starts[index + 1];
        }
        else
        {
            before = Ask(_zone, start);
            after = Ask(_zone, end);
            if (before == after)
            {
                return before;
            }

            boundary = Table.FirstChange(_zone, start, end);
        }

        bool isBefore = second - before < boundary;
        bool isAfter = second - after >= boundary;
        return isBefore == isAfter ? (before < after ? before : after) : isBefore ? before : after;
    }

    public override string ToString() => Name;

    private static long FloorSeconds(long micros)
    {
        long seconds = micros / Temporal.MicrosPerSecond;
        return seconds - (micros < seconds * Temporal.MicrosPerSecond ? 1 : 0);
    }

    private static int Ask(TimeZoneInfo zone, long second)
    {
        // The rules of the last known year repeat with the calendar's cycle; before the year 1 the first offset holds.
        const long Year9000 = 221_845_392_000;
        const long Year2 = -62_100_000_000;
        if (second > Year9000)
        {
            second -= (((second - Year9000) / GregorianCycleSeconds) + 1) * GregorianCycleSeconds;
        }

        var time = DateTime.UnixEpoch.AddSeconds(Math.Max(second, Year2));
        return (int)zone.GetUtcOffset(time).TotalSeconds;
    }

    /// <summary>Offsets[i] holds from Starts[i] (Unix seconds) until Starts[i + 1].</summary>
    private sealed class Table(long[] starts, int[] offsets)
    {
        private int _last;

        internal long[] Starts { get; } = starts;

        internal int[] Offsets { get; } = offsets;

        internal int IndexAt(long second)
        {
            // A benign race: any index another thread leaves here is checked before use.
            int index = _last;
            if (Starts[index] <= second && (index + 1 == Starts.Length || second < Starts[index + 1]))
            {
                return index;
            }

            index = Array.BinarySearch(Starts, second);
            index = index >= 0 ? index : ~index - 1;
            _last = index;
            return index;
        }

        internal static Table Build(TimeZoneInfo zone)
        {
            var starts = new List<long> { TableStart };
            var offsets = new List<int> { Ask(zone, TableStart) };
            for (long day = TableStart; day < TableEnd; day += SecondsPerDay)
            {
                long from = day;
                while (Ask(zone, day + SecondsPerDay) != offsets[^1])
                {
                    long change = FirstChange(zone, from, day + SecondsPerDay);
                    starts.Add(change);
                    offsets.Add(Ask(zone, change));
                    from = change;
                }
            }

            return new Table([.. starts], [.. offsets]);
        }

        /// <summary>The first second after <paramref name="from"/> whose offset differs, found by bisection.</summary>
        internal static long FirstChange(TimeZoneInfo zone, long from, long to)
        {
            int offset = Ask(zone, from);
            while (to - from > 1)
            {
                long middle = from + ((to - from) / 2);
                if (Ask(zone, middle) == offset)
                {
                    from = middle;
                }
                else
                {
                    to = middle;
                }
            }

            return to;
        }
    }
}
