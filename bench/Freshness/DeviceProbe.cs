using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Freshness;

/// <summary>
/// What the device itself does to who waits for it: <see cref="Bytes"/> appended to a file and synced, again and again, while nothing else
/// runs. A machine's disk that others share can stand still for half a second; no reader is fresher than that then.
/// </summary>
internal static class DeviceProbe
{
    private const int Bytes = 32 << 10;
    private const int PauseMs = 2;
    private static readonly IClock _clock = Host.System.Clock;

    /// <summary>The times of syncs in microseconds.</summary>
    internal static List<long> Run(string directory, int seconds)
    {
        var files = Host.System.Files;
        string path = Path.Combine(directory, $"probe-{Environment.ProcessId}");
        var times = new List<long>();
        byte[] bytes = new byte[Bytes];
        try
        {
            using var file = files.Open(path, FileUse.CreateNew);
            long end = _clock.MonotonicNanos + (seconds * 1_000_000_000L);
            for (long at = 0; _clock.MonotonicNanos < end; at += Bytes)
            {
                long started = _clock.MonotonicNanos;
                file.Write(bytes, at);
                file.Sync();
                times.Add((_clock.MonotonicNanos - started) / 1000);
                _clock.Delay(TimeSpan.FromMilliseconds(PauseMs), CancellationToken.None).AsTask().Wait();
            }
        }
        finally
        {
            files.Delete(path);
        }

        return times;
    }
}
