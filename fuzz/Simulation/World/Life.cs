using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Fuzz.Simulation.Store;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>One run of the server's process, from its start to its end or death.</summary>
internal sealed class Life
{
    internal const string Data = "/data";
    internal const string Feed = "/feed";

    private const string Store = "/store";

    private readonly DatabaseOptions _options;
    private readonly ProcessObjects? _objects;
    private Database? _database;

    internal Life(
        Scheduler scheduler, int number, Machine machine, StoreWorld? store, bool logsToStore, FaultPlan plan, SeededRandom random,
        SimulationMutant? mutant)
    {
        Number = number;
        Plan = plan;
        LogsToStore = logsToStore;
        Process = new SimulatedProcess(scheduler, $"server{number}");
        Random = random;
        ulong seed = random.NextUInt64();
        var files = new ProcessFiles(Process, machine.Device, plan, new SeededRandom(seed))
        {
            Mutant = mutant?.Files,
            DeletionStepBytes = 1L << (int)(9 + random.Next(12)),
        };
        Host = new Host(Process.Clock, new SeededRandom(random.NextUInt64()), files, Process);
        _objects = store is null ? null
            : new ProcessObjects(Process, store, plan, new SeededRandom(random.NextUInt64()), mutant?.Objects)
            {
                IsLoading = () => IsLoading,
            };
        _options = new DatabaseOptions
        {
            DataDirectory = Data,
            StateAddress = store is null ? null : Store,
            Between = _objects is null ? null : _ => new RetryingObjectStore(_objects, new RetryPolicy(Host)),
            LogsToStore = logsToStore,
            HostName = machine.Name,
            FileRoots = [Feed],
            // From one after every tick to hardly any.
            CheckpointAgeNanosMax = 1_000_000L << (int)random.Next(14),
            // Runs are merged within checkpoints, beside them, or some so.
            CheckpointMergeBytesMax = (int)(seed >> 8 & 3) switch { 0 => 0, 1 => 2_000, 2 => 20_000, _ => 1 << 20 },
            LogSegmentBytesMax = 1L << (int)(11 + random.Next(16)),
            Workers = 1 + (int)random.Next(2),
            // Views are built at once, or in steps of a few rows between ticks.
            BuildRows = (int)(seed % 4) switch { 0 => 0, 1 => 8, 2 => 32, _ => 256 },
            Durability = mutant?.Durability?.Invoke(),
        };
    }

    internal int Number { get; }

    internal SimulatedProcess Process { get; }

    internal FaultPlan Plan { get; }

    internal SeededRandom Random { get; }

    internal Host Host { get; }

    internal bool LogsToStore { get; }

    internal Scheduler Scheduler => Process.Scheduler;

    internal Database Database => _database ?? throw new SimulationFailure("the database is not open");

    /// <summary>Clients are to end what they are at.</summary>
    internal bool IsStopping { get; set; }

    /// <summary>It slept, and another has been started elsewhere: whatever it still acknowledges must be there.</summary>
    internal bool IsSuperseded { get; set; }

    /// <summary>One that slept while it was starting may wake up and go on to take over from this one.</summary>
    internal bool MayBeFenced { get; set; }

    /// <summary>It did not come up because records stand where the other kind of durability has them.</summary>
    internal bool IsRefused { get; set; }

    /// <summary>Statements that were under way when the process died, by kind.</summary>
    internal List<string> InDoubt { get; } = [];

    /// <summary>The server ran: an error of opening it was an injected one otherwise.</summary>
    internal bool WasServing { get; private set; }

    /// <summary>A call to the store was given up because nothing had got through for long.</summary>
    internal bool StoreWasDown => _objects?.WasDown == true;

    internal void Open()
    {
        _database = Database.Open(_options, Host, new SourceConnectors().AddBuiltin());
        WasServing = true;
        if (IsLoading)
        {
            Scheduler.Trace.Add("loads", _objects is null ? "from its device" : "from the store");
        }
    }

    /// <summary>A second server on the same directory, which must not come up.</summary>
    internal Database OpenSecond() => Database.Open(_options, Host, new SourceConnectors().AddBuiltin());

    /// <param name="name">In the trace.</param>
    /// <param name="outlives">It stays with a server that others have taken over from.</param>
    internal Client Connect(string name, bool outlives = false)
    {
        EndIfSuperseded(outlives);
        return new Client(this, name, outlives);
    }

    /// <summary>
    /// A server whose main lane has died, or that cannot read its state, says why and ends. It may only be because the device failed or the
    /// store refused something; because the log's store gave no answer for long (state is waited for); because it was fenced.
    /// </summary>
    internal void EndIfLogFailed()
    {
        var death = _database?.Lane.Death;
        if ((death ?? _database?.Lane.Loading?.Failure) is not { } cause)
        {
            return;
        }

        bool isAllowed = Plan.HasFailed
            || (death is FencedException ? IsSuperseded || MayBeFenced : death is not null && StoreWasDown && LogsToStore);
        if (!isAllowed)
        {
            throw new SimulationFailure($"the main lane died or stands still: {cause}");
        }

        Process.Kill(death is FencedException ? "because it was fenced" : death is null ? "because its state cannot be read"
            : "because its log failed");
        throw new ProcessDeathException();
    }

    /// <summary>Ends a client's thread whose server others have taken over from.</summary>
    internal void EndIfSuperseded(bool outlives)
    {
        if (IsSuperseded && !outlives)
        {
            throw new ConnectionGoneException();
        }
    }

    internal void Sleep(long nanos, bool outlives = false)
    {
        Scheduler.Sleep(nanos);
        EndIfSuperseded(outlives);
    }

    /// <summary>Ends the server as SIGTERM does; or gives back the memory of one that was killed.</summary>
    internal void Close()
    {
        _database?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _database = null;
    }

    /// <summary>It serves, and its state is not all in memory yet.</summary>
    internal bool IsLoading => _database?.Lane.Loading is not null;
}
