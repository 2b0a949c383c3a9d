using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;

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

    /// <summary>Rewrites the planner uses; fewer in tests only.</summary>
    internal PlannerRules Rules { get; init; } = PlannerRules.All;

    /// <summary>Bugs that tests plant; null otherwise.</summary>
    internal DataflowHook? Hook { get; init; }

    /// <summary>Bugs that tests plant in log and recovery; null otherwise.</summary>
    internal DurabilityHook? Durability { get; init; }
}
