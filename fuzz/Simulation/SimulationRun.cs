using System.Globalization;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.Actors;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Fuzz.Simulation.World;
using Vectorized.Storage;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation;

/// <summary>
/// One seed: several lives of one server on one device, each but the last ended by a death somewhere, by a failure of the device or in
/// order, with clients that remember. Everything is drawn from the seed.
/// </summary>
internal sealed class SimulationRun
{
    private const int LivesMax = 14;

    private readonly Dice _dice;
    private readonly Scheduler _scheduler;
    private readonly SimulationMutant? _mutant;
    private readonly Schema _schema = new();
    private readonly List<Actor> _actors = [];
    private readonly FeedFiles _feed;
    private readonly Site _site;
    private bool _isOver;

    internal SimulationRun(ulong seed, SimulationMutant? mutant = null)
    {
        _dice = new Dice(seed);
        _mutant = mutant;
        _scheduler = new Scheduler(_dice.Fork());
        _site = new Site(_scheduler, new Dice(_dice.Fork()), mutant?.Where);
        _feed = new FeedFiles(new Dice(_dice.Fork()), _dice.Between(1, 3), _dice.Between(10, 60));
        DrawActors();
    }

    internal EventTrace Trace => _scheduler.Trace;

    internal int Lives { get; private set; }

    internal int Kills { get; private set; }

    /// <summary>Lives that were killed before they served.</summary>
    internal int KillsInRecovery { get; private set; }

    internal long Steps => _scheduler.Steps;

    /// <summary>Statements under way at deaths, by kind.</summary>
    internal List<string> InDoubt { get; } = [];

    /// <summary>Where processes died.</summary>
    internal List<string> Causes { get; } = [];

    /// <summary>Runs to the end; raises <see cref="SimulationFailure"/>.</summary>
    internal void Run() => _scheduler.Run(Drive);

    private void DrawActors()
    {
        var progress = new SequenceProgress();
        var makers = new List<Func<Actor>>
        {
            () => new KeyedActor(0, Fork()), () => new KeyedActor(1, Fork()), () => new KeyedActor(2, Fork()),
            () => new TransferActor(0, Fork()), () => new TransferActor(1, Fork()),
            () => new SequenceActor(0, Fork(), progress), () => new SequenceActor(1, Fork(), progress),
            () => new DefinitionActor(0, Fork(), _schema), () => new DefinitionActor(1, Fork(), _schema),
            () => new FeedActor(Fork(), _schema, _feed), () => new GeneratorActor(Fork(), _schema),
            () => new HistoryActor(Fork(), _schema),
        };
        _actors.AddRange(_dice.Sample(makers, _dice.Between(2, 8)).Select(make => make()));
        _actors.Add(new CheckerActor(0, Fork(), _schema));
        if (_site.Store is not null)
        {
            _actors.Add(new MarkActor(Fork(), new Marks()));
        }

        int stepsMax = _dice.Pick([10, 20, 40, 40, 80]);
        foreach (var actor in _actors)
        {
            actor.StepsLeft = _dice.Between(stepsMax / 2, stepsMax);
        }
    }

    private Dice Fork() => new(_dice.Fork());

    private void Drive()
    {
        _scheduler.World.Start("grower", GrowFeed);
        if (_site.Store is { } store)
        {
            _scheduler.World.Start("weather", store.Live);
        }

        int wanted = _dice.Between(2, 7);
        bool completed = false;
        while (!completed)
        {
            bool isLast = Lives >= wanted || Lives >= LivesMax;
            var life = StartLife(isLast);
            life.Process.AwaitEnd();
            if (!life.Process.IsAsleep)
            {
                life.Close();
            }

            completed = isLast && !life.Process.IsDead && life.WasServing;
            if (isLast && !completed && !life.IsRefused)
            {
                throw new SimulationFailure($"a life without faults did not end in order: {life.Process.Cause}");
            }

            EndLife(life);
        }

        _site.EndAll();
        _isOver = true;
    }

    private Life StartLife(bool isLast)
    {
        var random = new SeededRandom(_dice.Fork());
        var plan = isLast ? new FaultPlan() : DrawFaults();
        bool logsToStore = _site.Next(isLast);
        var life = new Life(_scheduler, Lives++, _site.Current, _site.Store, logsToStore, plan, random, _mutant);
        bool sleeps = !isLast && _site.MaySleep(logsToStore);
        if (sleeps || (!isLast && plan.DiesAt < 0 && _dice.Chance(0.5)))
        {
            life.Process.SeamsLeft = 1 + _dice.Next(_dice.Pick([200, 2_000, 20_000]));
            life.Process.FallsAsleep = sleeps;
        }

        _site.SetAlarms(life, isLast);

        life.Process.Clock.WallOffsetMicros = _dice.Chance(0.2) ? _dice.Between(-3_600, 3_600) * 1_000_000L : 0;
        Trace.Add("life", string.Create(
            CultureInfo.InvariantCulture,
            $"{life.Number} on {_site.Current.Name}: {plan}, {life.Process.SeamsLeft} seams"
                + $"{(life.Process.FallsAsleep ? " to its sleep" : "")}{(logsToStore ? ", logs to the store" : "")}"));
        long stopsAfter = isLast ? long.MaxValue : _dice.Between(10, 3_000) * 1_000_000L;
        life.Process.Start("main", () => RunLife(life, stopsAfter));
        return life;
    }

    /// <summary>Deaths at points of I/O, early ones (in recovery) more often; errors; short reads.</summary>
    private FaultPlan DrawFaults()
    {
        int reach = _dice.Pick([6, 20, 60, 200, 400]);
        double roll = _dice.Next(100);
        // Between a write and its sync, and about a new object, is where most can go wrong.
        string? kind = _dice.Pick<string?>(_site.Store is null
            ? [null, null, null, null, "sync", "sync", "sync", "link", "delete"]
            : [null, null, null, null, "sync", "put", "put", "put", "commit", "drop"]);
        return new FaultPlan
        {
            DiesAt = roll < 55 ? _dice.Next(kind is null ? reach : Math.Max(reach / (kind == "sync" ? 2 : 8), 5)) : -1,
            DiesAtKind = kind,
            DiesAfterEffect = kind != "sync" && _dice.Chance(0.5),
            FailsAt = roll is >= 55 and < 65 ? _dice.Next(reach) : -1,
            ReadFailsAt = roll is >= 65 and < 70 ? _dice.Next(reach) : -1,
            ShortReads = _dice.Chance(0.3) ? _dice.Between(2, 20) : 0,
        };
    }

    private void EndLife(Life life)
    {
        InDoubt.AddRange(life.InDoubt);
        if (life.Process.IsDead)
        {
            Kills++;
            KillsInRecovery += life.WasServing ? 0 : 1;
            Causes.Add($"{(life.WasServing ? "serving" : "recovery")}: {life.Process.Cause}");
        }

        if (!life.Process.IsAsleep)
        {
            _site.AfterDeath(life);
            DeviceCheck.Check(_site.Current.Device, isOrderly: !life.Process.IsDead && life.WasServing);
        }

        _site.Ended(life);
        if (_site.Store is { } store)
        {
            StoreCheck.Check(store.Whole);
        }
    }

    private void RunLife(Life life, long stopsAfterNanos)
    {
        if (!Open(life))
        {
            return;
        }

        life.EndIfSuperseded(outlives: false);

        Trace.Add("open", string.Create(CultureInfo.InvariantCulture, $"{life.Number}: epoch {life.Database.PublishedEpoch}"));
        using (var client = life.Connect("main"))
        {
            Prepare(client);
            if (_dice.Chance(0.3))
            {
                RefuseSecond(life);
            }
        }

        var threads = _actors.Select(a => life.Process.Start(a.Name, () => a.Live(life))).ToList();
        if (stopsAfterNanos < long.MaxValue)
        {
            life.Process.Start("stopper", () =>
            {
                life.Sleep(stopsAfterNanos);
                life.IsStopping = true;
            });
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        using (var client = life.Connect("main"))
        {
            ViewCheck.CheckAll(client, _schema);
        }

        life.Close();
    }

    private static bool Open(Life life)
    {
        try
        {
            life.Open();
            return true;
        }
        catch (StorageException e) when (!life.Process.IsDead)
        {
            // Records that stand where the other kind of durability has them are refused; so is all when another has taken over meanwhile.
            life.IsRefused = e.Message.Contains("in no checkpoint yet", StringComparison.Ordinal);
            if (!life.IsRefused && !life.Plan.HasFailed && !life.StoreWasDown && !life.IsSuperseded && !life.MayBeFenced)
            {
                throw;
            }

            life.Scheduler.Trace.Add("refused", e.Message);
            return false;
        }
    }

    private void Prepare(Client client)
    {
        _schema.Recover(client);
        foreach (var (name, sql) in Actor.SharedTables.Where(t => !_schema.IsPresent(t.Name)))
        {
            bool isView = sql.StartsWith("CREATE MATERIALIZED VIEW", StringComparison.Ordinal);
            string? query = isView ? sql[(sql.IndexOf(" AS ", StringComparison.Ordinal) + 4)..] : null;
            var outcome = _schema.Create(client, isView ? "MATERIALIZED VIEW" : "TABLE", name, sql, query);
            if (!outcome.Succeeded)
            {
                throw new SimulationFailure($"{sql} fails: {outcome.Message}");
            }
        }

        ViewCheck.CheckAll(client, _schema);
    }

    private static void RefuseSecond(Life life)
    {
        try
        {
            life.OpenSecond();
        }
        catch (StorageException)
        {
            return;
        }

        throw new SimulationFailure("a second server came up on the same directory");
    }

    private void GrowFeed()
    {
        while (!_isOver && !_feed.IsComplete)
        {
            _scheduler.Sleep(_dice.Between(1, 40) * 1_000_000L);
            _feed.Grow(_site.Current.Device, Trace);
        }
    }
}
