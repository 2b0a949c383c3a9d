using System.Globalization;

namespace Vectorized.Fuzz.Simulation;

/// <summary>
/// What happened, as a hash over everything and the last of it for people. Two runs of one seed must come to the same hash
/// (FNV-1a, 64 bits): then a failure can be looked at again.
/// </summary>
internal sealed class EventTrace
{
    private const int Kept = 1 << 14;

    private readonly (long Nanos, int Thread, string Kind, string Text)[] _last = new (long, int, string, string)[Kept];
    private long _nanos;
    private int _thread;

    internal ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    internal long Events { get; private set; }

    /// <summary>Where each event goes at once, for a run that takes this process with it; null: nowhere.</summary>
    internal TextWriter? Live { get; set; }

    /// <summary>How many events of each kind there were.</summary>
    internal SortedDictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>The first event, with its place, in which two runs differ that should not; null: none that is still known.</summary>
    internal (long At, string Ours, string Theirs)? FirstDifference(EventTrace other)
    {
        for (long i = Math.Max(Math.Max(Events, other.Events) - Kept, 0); i < Math.Min(Events, other.Events); i++)
        {
            var (mine, theirs) = (_last[i % Kept], other._last[i % Kept]);
            if (mine != theirs)
            {
                return (i, Line(mine), Line(theirs));
            }
        }

        return null;
    }

    /// <summary>Another thread goes on.</summary>
    internal void Switched(int thread, long nanos)
    {
        _thread = thread;
        _nanos = nanos;
        Mix((ulong)nanos * 31 + (ulong)thread);
    }

    internal void Add(string kind, string text)
    {
        Mix(kind);
        Kinds[kind] = Kinds.GetValueOrDefault(kind) + 1;
        Mix(text);
        _last[Events++ % Kept] = (_nanos, _thread, kind, text);
        Live?.WriteLine(Line((_nanos, _thread, kind, text)));
        Live?.Flush();
    }

    /// <summary>Bytes that were written or read.</summary>
    internal void Add(string kind, string text, ReadOnlySpan<byte> bytes) => Add(
        kind, bytes.IsEmpty ? text : string.Create(
            CultureInfo.InvariantCulture, $"{text} {bytes.Length} bytes {Storage.Platform.Crc32C.Of(bytes):x8}"));

    /// <summary>The last events, a line each.</summary>
    internal IEnumerable<string> Tail(int count)
    {
        for (long i = Math.Max(Events - Math.Min(count, Kept), 0); i < Events; i++)
        {
            yield return Line(_last[i % Kept]);
        }
    }

    private static string Line((long Nanos, int Thread, string Kind, string Text) e) => string.Create(
        CultureInfo.InvariantCulture, $"{e.Nanos / 1e6,12:F3} ms  t{e.Thread,-4} {e.Kind,-10} {e.Text}");

    private void Mix(string text)
    {
        foreach (char c in text)
        {
            Mix(c);
        }
    }

    private void Mix(ulong word) => Hash = (Hash ^ word) * 1_099_511_628_211;
}
