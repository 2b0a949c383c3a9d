using System.Globalization;

namespace Vectorized.Fuzz.Simulation;

/// <summary>
/// What happened, as a hash over everything and the last of it for people. Two runs of one seed must come to the same hash
/// (FNV-1a, 64 bits): then a failure can be looked at again.
/// </summary>
internal sealed class EventTrace
{
    private const int Kept = 4096;

    private readonly (long Nanos, int Thread, string Kind, string Text)[] _last = new (long, int, string, string)[Kept];
    private long _nanos;
    private int _thread;

    internal ulong Hash { get; private set; } = 14_695_981_039_346_656_037;

    internal long Events { get; private set; }

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
        Mix(text);
        _last[Events++ % Kept] = (_nanos, _thread, kind, text);
    }

    /// <summary>Bytes that were written or read.</summary>
    internal void Add(string kind, string text, ReadOnlySpan<byte> bytes)
    {
        Mix(Storage.Platform.Crc32C.Of(bytes));
        Add(kind, text);
    }

    /// <summary>The last events, a line each.</summary>
    internal IEnumerable<string> Tail(int count)
    {
        for (long i = Math.Max(Events - Math.Min(count, Kept), 0); i < Events; i++)
        {
            var (nanos, thread, kind, text) = _last[i % Kept];
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{nanos / 1e6,12:F3} ms  t{thread,-4} {kind,-10} {text}");
        }
    }

    private void Mix(string text)
    {
        foreach (char c in text)
        {
            Mix(c);
        }
    }

    private void Mix(ulong word) => Hash = (Hash ^ word) * 1_099_511_628_211;
}
