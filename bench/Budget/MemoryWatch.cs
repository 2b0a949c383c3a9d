using Vectorized.Bench.Freshness;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Budget;

/// <summary>Looks every 20 ms how large a server's process is, on a thread of its own.</summary>
internal sealed class MemoryWatch
{
    private const int EveryMs = 20;

    private readonly IRunningThread _thread;
    private volatile bool _stopping;
    private long _most;

    internal MemoryWatch(ServedDatabase server) => _thread = Host.System.Threads.Start("memory watch", () =>
    {
        while (!_stopping)
        {
            _most = Math.Max(_most, server.ResidentBytes);
            Host.System.Clock.Delay(TimeSpan.FromMilliseconds(EveryMs)).AsTask().Wait();
        }
    });

    /// <summary>The most it saw, in bytes.</summary>
    internal long Stop()
    {
        _stopping = true;
        _thread.Join();
        return _most;
    }
}
