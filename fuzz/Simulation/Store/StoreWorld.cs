using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Storage.Objects;

namespace Vectorized.Fuzz.Simulation.Store;

/// <summary>
/// The object store that all machines reach, on a day drawn from the seed: how long answers take, which faults calls meet, when nothing
/// gets through at all. What is late may still happen after the process that asked for it has died.
/// </summary>
internal sealed class StoreWorld
{
    private const long OutagePauseNanosMax = 4_000_000_000;

    private readonly Dice _dice;
    private readonly Scheduler _scheduler;
    private readonly bool _hasOutages;

    internal StoreWorld(Scheduler scheduler, Dice dice)
    {
        _dice = dice;
        _scheduler = scheduler;
        Faulty = new FaultyObjectStore(Whole, dice.Fork(), dice.Pick([new FaultRates(), Mild, FaultRates.Bad]), scheduler.World.Clock);
        LatencyNanosMax = dice.Pick([100_000, 3_000_000, 3_000_000, 40_000_000]);
        _hasOutages = dice.Chance(0.4);
    }

    /// <summary>A usual day.</summary>
    private static FaultRates Mild { get; } = new()
    {
        Unavailable = 3,
        Throttled = 3,
        TimeOutBefore = 2,
        TimeOutAfter = 4,
        TimeOutLate = 2,
        Twice = 2,
        Conflict = 5,
        Truncated = 1,
        BitFlipped = 1,
        StaleListing = 100,
        Slow = 3,
    };

    /// <summary>Without faults: for who looks from outside.</summary>
    internal SimulatedStore Whole { get; } = new();

    internal FaultyObjectStore Faulty { get; }

    internal int LatencyNanosMax { get; }

    /// <summary>Makes outages until the weather is calm. A thread of the world.</summary>
    internal void Live()
    {
        while (_hasOutages && !Faulty.IsCalm)
        {
            _scheduler.Sleep((long)(_dice.Next(1_000) / 1_000.0 * OutagePauseNanosMax));
            if (Faulty.IsCalm)
            {
                return;
            }

            // Mostly one that retries outlast; the longest is longer than they try.
            long millis = _dice.Pick([100, 1_000, 10_000, 10_000, 150_000]) * (1 + _dice.Next(100)) / 100;
            _scheduler.Trace.Add("outage", $"of {millis} ms");
            Faulty.IsDown = true;
            _scheduler.Sleep(millis * 1_000_000);
            Faulty.IsDown = false;
        }
    }

    /// <summary>No faults from here on.</summary>
    internal void Calm()
    {
        Faulty.IsCalm = true;
        Faulty.IsDown = false;
    }
}
