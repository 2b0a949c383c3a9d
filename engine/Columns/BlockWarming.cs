using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Keeps blocks that growing state is about to rent resident before they are. The first touch of a page is a fault: half a
/// microsecond on a machine of one's own, 6 where a hypervisor backs memory on demand (measured there: 12 of a tick's 18 ms), and it
/// falls on the lane that writes the state. Here a thread takes it: every <see cref="PeriodMs"/> it looks how many bytes of each class
/// were rented and not returned, and keeps <see cref="PeriodsAhead"/> times as much in the pool; it sleeps while nothing grows. What waits
/// counts as kept (<see cref="BlockPool.CachedBytes"/>), within its limit. The pool is the process's: one of these is enough for it.
/// </summary>
internal sealed class BlockWarming : IDisposable
{
    /// <summary>A block longer than this is not made in advance: nobody rents many of them one after the other.</summary>
    internal const int BlockBytesMax = 4 << 20;

    private const int PeriodMs = 5;
    private const int PeriodsAhead = 20;
    private const long ClassBytesMax = 32L << 20;

    /// <summary>What a class is thought to need falls by this part in a period without growth.</summary>
    private const double Decay = 0.95;

    private static BlockWarming? _current;

    private readonly ISignal _demand;
    private readonly IRunningThread _thread;
    private int _asleep;
    private volatile bool _stopping;

    internal BlockWarming(IThreads threads)
    {
        _demand = threads.CreateSignal();
        _thread = threads.Start("memory", Run);
        Volatile.Write(ref _current, this);
    }

    /// <summary>A block was not resident when it was rented. Any thread; cheap while the warming thread is awake.</summary>
    internal static void Missed() => Volatile.Read(ref _current)?.Wake();

    public void Dispose()
    {
        Interlocked.CompareExchange(ref _current, null, this);
        _stopping = true;
        _demand.Set();
        _thread.Join();
    }

    private void Wake()
    {
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
        {
            _demand.Set();
        }
    }

    private void Run()
    {
        Span<long> rented = stackalloc long[BlockPool.ClassCount];
        Span<double> needed = stackalloc double[BlockPool.ClassCount];
        while (!_stopping)
        {
            bool grows = false;
            for (int index = 0; index < BlockPool.ClassCount && BlockPool.BytesOf(index) <= BlockBytesMax; index++)
            {
                long now = BlockPool.RentedBytes(index);
                double grown = Math.Max(now - rented[index], 0);
                rented[index] = now;
                needed[index] = Math.Max(Math.Min(grown * PeriodsAhead, ClassBytesMax), needed[index] * Decay);
                if (needed[index] < BlockPool.BytesOf(index))
                {
                    needed[index] = 0;
                    continue;
                }

                grows = true;
                while (BlockPool.ResidentBytes(index) < needed[index] && BlockPool.TryWarm(index))
                {
                }
            }

            if (grows)
            {
                _demand.Wait(TimeSpan.FromMilliseconds(PeriodMs));
                continue;
            }

            Volatile.Write(ref _asleep, 1);
            _demand.Wait();
        }
    }
}
