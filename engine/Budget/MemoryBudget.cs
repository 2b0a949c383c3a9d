using Vectorized.Engine.Columns;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Budget;

/// <summary>
/// The process's memory limit and where the process stands. What counts is the resident size, so everything the process has
/// counts: blocks, the managed heap, code. Between measurements the pool's own count tells what has been added:
/// resident = (resident - committed when measured) + committed now. Any thread.
/// </summary>
internal sealed class MemoryBudget(IMemory memory, IClock clock)
{
    /// <summary>Of the limit: sources are slowed from here on.</summary>
    internal const double ThrottleShare = 0.85;

    /// <summary>Of the limit: views are suspended from here on, until the size is below again.</summary>
    internal const double SuspendShare = 0.92;

    /// <summary>A query's share of the limit where its session says nothing else.</summary>
    internal const int QueryShareDivisor = 4;

    /// <summary>The least limit there is: an idle server has about half of it resident.</summary>
    internal const long LimitBytesMin = 192L << 20;

    /// <summary>Of the limit: above it no blocks are made resident in advance.</summary>
    private const double WarmShare = 0.6;

    private const int CacheDivisor = 16;
    private const int ManagedDivisor = 4;
    private const long RefreshedEveryNanos = 20_000_000;
    private const long CollectedEveryNanos = 10_000_000_000;
    private const long CollectedEveryNanosLarge = 500_000_000;

    private long _limitBytes;
    private long _committedBytesMax = long.MaxValue;
    private long _measuredNanos;
    private long _collectedNanos;
    private long _tick;
    private long _tickHeadroom = long.MaxValue;

    /// <summary>0: none.</summary>
    internal long LimitBytes => Volatile.Read(ref _limitBytes);

    internal bool IsLimited => LimitBytes > 0;

    /// <summary>Off while the log is executed again: what ran then must run now.</summary>
    internal bool IsEnforced { get; set; }

    /// <summary>Numbers the ticks, so that accounts of views know when a new one has begun.</summary>
    internal long Tick => Volatile.Read(ref _tick);

    /// <summary>What the tick that is being executed may add before the limit is reached.</summary>
    internal long TickHeadroom => Volatile.Read(ref _tickHeadroom);

    internal long ThrottleBytes => (long)(LimitBytes * ThrottleShare);

    internal long SuspendBytes => (long)(LimitBytes * SuspendShare);

    /// <summary>0: none.</summary>
    internal void SetLimit(long bytes)
    {
        Volatile.Write(ref _limitBytes, bytes);
        if (bytes > 0)
        {
            BlockPool.CacheBytesMax = bytes / CacheDivisor;
            Measure();
        }
        else
        {
            Volatile.Write(ref _committedBytesMax, long.MaxValue);
            Volatile.Write(ref _tickHeadroom, long.MaxValue);
        }
    }

    /// <summary>The resident size now; some microseconds.</summary>
    internal long Measure()
    {
        Volatile.Write(ref _measuredNanos, clock.MonotonicNanos);
        long committed = BlockPool.CommittedBytes;
        long resident = memory.ResidentBytes;
        if (IsLimited)
        {
            // Others rent and return meanwhile: what comes or goes between the two readings must not count as the rest's.
            committed = Math.Max(committed, BlockPool.CommittedBytes);
            Volatile.Write(ref _committedBytesMax, LimitBytes - (resident - committed));
            BlockPool.MayWarm = resident < LimitBytes * WarmShare;
        }

        return resident;
    }

    /// <summary>Measures if that was not done just before: an idle lane measures nothing.</summary>
    internal void Refresh()
    {
        if (IsLimited && clock.MonotonicNanos - Volatile.Read(ref _measuredNanos) > RefreshedEveryNanos)
        {
            Measure();
        }
    }

    /// <summary>
    /// Gives back what nobody uses, cached blocks first, then the managed heap's garbage if the size is still at the goal or above
    /// (not too often: it pauses everything); the resident size after that. Any thread.
    /// </summary>
    internal long Relieve(long goal)
    {
        BlockPool.Trim(0);
        long resident = Measure();
        if (resident < goal)
        {
            return resident;
        }

        // A managed heap this large may be all that is the matter.
        bool isLarge = memory.ManagedBytes > LimitBytes / ManagedDivisor;
        long pause = isLarge ? CollectedEveryNanosLarge : CollectedEveryNanos;
        long now = clock.MonotonicNanos;
        long last = Interlocked.Read(ref _collectedNanos);
        if ((last == 0 || now - last >= pause) && Interlocked.CompareExchange(ref _collectedNanos, now, last) == last)
        {
            memory.CollectGarbage();
            resident = Measure();
        }

        return resident;
    }

    /// <summary>By how much the limit would be passed if these bytes were rented; not above 0: it would not.</summary>
    internal long Excess(long bytes) =>
        IsEnforced && IsLimited ? BlockPool.CommittedBytes + bytes - Volatile.Read(ref _committedBytesMax) : long.MinValue;

    internal void BeginTick()
    {
        Volatile.Write(ref _tick, _tick + 1);
        Volatile.Write(ref _tickHeadroom, IsLimited ? Math.Max(0, -Excess(0)) : long.MaxValue);
    }
}
