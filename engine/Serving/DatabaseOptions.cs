using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Storage.Log;
using Vectorized.Storage.Objects;

namespace Vectorized.Engine.Serving;

/// <summary>How a database is opened.</summary>
public sealed record DatabaseOptions
{
    /// <summary>Worker threads that execute ticks; at least 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Seed of key hashes; null: random. Fixed in tests.</summary>
    public ulong? HashSeed { get; init; }

    /// <summary>Where the state lives; null: in memory only, and it ends with the process.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// Where checkpoints stand: an address as <c>ObjectStores</c> takes it; null: in the data directory, which is needed for the log.
    /// </summary>
    public string? StateAddress { get; init; }

    /// <summary>Opens a state that another host wrote last: what that one acknowledged since its last checkpoint is given up.</summary>
    public bool TakesOver { get; init; }

    /// <summary>A thread makes memory resident before the lanes need it.</summary>
    public bool WarmsMemory { get; init; }

    /// <summary>
    /// Records go to the object store before anything is acknowledged, not to the data directory: what is acknowledged survives
    /// the machine.
    /// </summary>
    public bool LogsToStore { get; init; }

    /// <summary>Who this is to others that open the same state.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Whether the state is written at all; off, a restart executes the whole log. For tests and measurements.</summary>
    internal bool Checkpoints { get; init; } = true;

    /// <summary>Readers are served while the last checkpoint's state is loaded; off, it is loaded before. For tests.</summary>
    internal bool LoadsWhileServing { get; init; } = true;

    /// <summary>A segment of the log this long is closed. Tests lower it.</summary>
    internal long LogSegmentBytesMax { get; init; } = LogWriter.SegmentBytesMax;

    /// <summary>A change is in a checkpoint that begins at most so much later. Tests lower it.</summary>
    internal long CheckpointAgeNanosMax { get; init; } = Dataflow.Checkpoints.CheckpointPolicy.AgeNanosDefault;

    /// <summary>Runs of up to so many bytes are merged within a checkpoint, longer ones beside. Tests lower it.</summary>
    internal long CheckpointMergeBytesMax { get; init; } = Dataflow.Checkpoints.Checkpointer.MergeBytesMaxDefault;

    /// <summary>What stands between the engine and the store of its checkpoints: meters and faults of tests; null: nothing.</summary>
    internal Func<IObjectStore, IObjectStore>? Between { get; init; }

    /// <summary>Directories file sources may read.</summary>
    public IReadOnlyList<string> FileRoots { get; init; } = [];

    /// <summary>Names of databases a client may connect to.</summary>
    public string DatabaseName { get; init; } = "dev";

    public string UserName { get; init; } = "root";

    /// <summary>Bytes the process may use: rules over ALTER SYSTEM SET memory when the database is opened; 0: not said.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The limit when nobody says one; 0: none.</summary>
    public long MemoryBytesUsual { get; init; }

    /// <summary>
    /// UPDATEs and DELETEs that read no more rows than this, by the row counts of their relations, run in the commit stage;
    /// others are computed apart and checked there.
    /// </summary>
    internal double ShortWriteRows { get; init; } = 2_048;

    /// <summary>
    /// A statement computed apart that lost its race three times runs in the commit stage if computing it took no longer
    /// than this, else under the table's turn.
    /// </summary>
    internal long QuickWriteNanos { get; init; } = 4_000_000;

    /// <summary>Rows a step of a view's building takes, with ticks between the steps; 0: as many as go in its time. For tests.</summary>
    internal int BuildRows { get; init; }

    /// <summary>Rewrites the planner uses; fewer in tests only.</summary>
    internal PlannerRules Rules { get; init; } = PlannerRules.All;

    /// <summary>Bugs that tests plant; null otherwise.</summary>
    internal DataflowHook? Hook { get; init; }

    /// <summary>Bugs that tests plant in log and recovery; null otherwise.</summary>
    internal DurabilityHook? Durability { get; init; }
}
