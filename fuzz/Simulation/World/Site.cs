using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Fuzz.Simulation.Store;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>
/// Where the database lives: in a directory of one machine; or on a store, with its log there, too, or in that directory. With all of
/// it on the store another machine may go on, and the server before may only have slept.
/// </summary>
internal sealed class Site
{
    private readonly Scheduler _scheduler;
    private readonly Dice _dice;
    private readonly List<Machine> _machines = [new("host0")];
    private readonly double _sleepiness;
    private bool _logsToStore;
    private bool _mustStay;
    private int _refusals;
    private Life? _life;

    internal Site(Scheduler scheduler, Dice dice, Placement? fixedPlace)
    {
        _scheduler = scheduler;
        _dice = dice;
        var drawn = dice.Pick([Placement.Directory, Placement.Directory, Placement.StateOnStore, Placement.AllOnStore]);
        var placement = fixedPlace ?? drawn;
        _logsToStore = placement == Placement.AllOnStore;
        _sleepiness = dice.Pick([0.2, 0.4, 0.9]);
        Store = placement == Placement.Directory ? null : new StoreWorld(scheduler, new Dice(dice.Fork()));
        Current = _machines[0];
        Current.Device.CreateDirectory(Life.Feed);
    }

    /// <summary>Null: all is in the directory.</summary>
    internal StoreWorld? Store { get; }

    internal Machine Current { get; private set; }

    /// <summary>Decides where the next life is: its machine is the current one; whether it logs to the store.</summary>
    internal bool Next(bool isLast)
    {
        if (Store is null)
        {
            return false;
        }

        if (isLast)
        {
            Store.Calm();
        }

        if (_logsToStore && !_mustStay && (Current.Sleeper is not null || _dice.Chance(0.25)))
        {
            Move();
        }

        bool logs = _logsToStore ^ (!isLast && _refusals == 0 && _dice.Chance(0.15));
        // A manifest may say from now on that this machine has what is in no checkpoint.
        _mustStay |= !logs;
        return logs;
    }

    /// <summary>A life that others can take over from may fall asleep where another would die.</summary>
    internal bool MaySleep(bool logsToStore) => logsToStore && _logsToStore && !_mustStay && _dice.Chance(_sleepiness);

    /// <summary>
    /// What has become of a life: over, dead or asleep. Those who slept through it are over now, or sleep on.
    /// </summary>
    internal void Ended(Life life)
    {
        if (life.WasServing)
        {
            _logsToStore = life.LogsToStore;
            _mustStay &= !life.LogsToStore;
        }

        _refusals = life.IsRefused ? _refusals + 1 : 0;
        if (life.IsRefused)
        {
            _logsToStore = !life.LogsToStore;
            if (_refusals > 2)
            {
                throw new SimulationFailure("each kind of durability is refused for the sake of the other");
            }
        }

        foreach (var machine in _machines.Where(m => m.Sleeper is not null && _dice.Chance(0.8 - (_sleepiness * 0.6))).ToList())
        {
            End(machine);
        }

        if (life.Process.IsAsleep)
        {
            life.IsSuperseded = true;
            Current.Sleeper = life;
        }
    }

    /// <summary>The power goes, or only the process has.</summary>
    internal void AfterDeath(Life life)
    {
        if (life.Process.IsDead && _dice.Chance(0.7))
        {
            _scheduler.Trace.Add("power", "is lost");
            Current.Device = Current.Device.Crash((int)(_dice.Fork() & int.MaxValue));
        }
        else
        {
            Current.Device.ReleaseLocks();
        }
    }

    /// <summary>Some of those asleep wake up during the life that begins.</summary>
    internal void SetAlarms(Life life, bool isLast)
    {
        _life = life;
        foreach (var machine in _machines.Where(m => m.Sleeper is { WasServing: false, Process.IsAsleep: false }).ToList())
        {
            // It has woken up, and is about to take over.
            if (isLast)
            {
                End(machine);
            }
            else
            {
                life.MayBeFenced = true;
            }
        }

        foreach (var machine in _machines)
        {
            if (machine.Sleeper is { Process.IsAsleep: true } sleeper && (sleeper.WasServing || !isLast) && _dice.Chance(0.8))
            {
                // It may not have taken its term yet.
                life.MayBeFenced |= !sleeper.WasServing;
                long after = _dice.Between(0, _dice.Pick([500, 2_000, 6_000])) * 1_000_000L;
                _scheduler.World.Start("alarm", () =>
                {
                    _scheduler.Sleep(after);
                    if (_life == life)
                    {
                        sleeper.Process.WakeUp();
                    }
                });
            }
        }
    }

    /// <summary>Nobody sleeps any more.</summary>
    internal void EndAll() => _machines.Where(m => m.Sleeper is not null).ToList().ForEach(End);

    private static void End(Machine machine)
    {
        var sleeper = machine.Sleeper!;
        sleeper.Process.Kill("after its sleep");
        sleeper.Process.AwaitEnd();
        sleeper.Close();
        machine.Device.ReleaseLocks();
        machine.Sleeper = null;
    }

    private void Move()
    {
        var before = Current;
        var idle = _machines.Where(m => m.Sleeper is null && m != before).ToList();
        if (idle.Count > 0 && _dice.Chance(0.5))
        {
            Current = _dice.Pick(idle);
        }
        else
        {
            Current = new Machine($"host{_machines.Count}");
            _machines.Add(Current);
        }

        Current.CopyFeed(before);
        _scheduler.Trace.Add("moved", $"from {before.Name} to {Current.Name}");
    }
}

/// <summary>Where state and log are to be found.</summary>
internal enum Placement : byte
{
    Directory,
    StateOnStore,
    AllOnStore,
}
