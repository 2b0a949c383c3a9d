using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>One run of the server's process, from its start to its end or death.</summary>
internal sealed class Life
{
    internal const string Data = "/data";
    internal const string Feed = "/feed";

    private readonly DatabaseOptions _options;
    private Database? _database;

    internal Life(Scheduler scheduler, int number, SimulatedFiles device, FaultPlan plan, SeededRandom random, SimulationMutant? mutant)
    {
        Number = number;
        Plan = plan;
        Process = new SimulatedProcess(scheduler, $"server{number}");
        Random = random;
        var files = new ProcessFiles(Process, device, plan, new SeededRandom(random.NextUInt64())) { Mutant = mutant?.Files };
        Host = new Host(Process.Clock, new SeededRandom(random.NextUInt64()), files, Process);
        _options = new DatabaseOptions
        {
            DataDirectory = Data,
            FileRoots = [Feed],
            // From one after every tick to hardly any.
            CheckpointAgeNanosMax = 1_000_000L << (int)random.Next(14),
            LogSegmentBytesMax = 1L << (int)(11 + random.Next(16)),
            Workers = 1 + (int)random.Next(2),
            Durability = mutant?.Durability?.Invoke(),
        };
    }

    internal int Number { get; }

    internal SimulatedProcess Process { get; }

    internal FaultPlan Plan { get; }

    internal SeededRandom Random { get; }

    internal Host Host { get; }

    internal Scheduler Scheduler => Process.Scheduler;

    internal Database Database => _database ?? throw new SimulationFailure("the database is not open");

    /// <summary>Clients are to end what they are at.</summary>
    internal bool IsStopping { get; set; }

    /// <summary>Statements that were under way when the process died, by kind.</summary>
    internal List<string> InDoubt { get; } = [];

    /// <summary>The server ran: an error of opening it was an injected one otherwise.</summary>
    internal bool WasServing { get; private set; }

    internal void Open()
    {
        _database = Database.Open(_options, Host, new SourceConnectors().AddBuiltin());
        WasServing = true;
    }

    /// <summary>A second server on the same directory, which must not come up.</summary>
    internal Database OpenSecond() => Database.Open(_options, Host, new SourceConnectors().AddBuiltin());

    internal Client Connect(string name) => new(this, name);

    /// <summary>
    /// A server whose main lane has died, or that cannot read its state, says why and ends. It may only be because the device failed.
    /// </summary>
    internal void EndIfLogFailed()
    {
        if ((_database?.Lane.Death ?? _database?.Lane.Loading?.Failure) is not { } death)
        {
            return;
        }

        if (!Plan.HasFailed)
        {
            throw new SimulationFailure($"the main lane died or stands still: {death}");
        }

        Process.Kill("because its log failed");
        throw new ProcessDeathException();
    }

    internal void Sleep(long nanos) => Scheduler.Sleep(nanos);

    /// <summary>Ends the server as SIGTERM does; or gives back the memory of one that was killed.</summary>
    internal void Close()
    {
        _database?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _database = null;
    }
}
