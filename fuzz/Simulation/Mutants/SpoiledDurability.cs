using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>A planted bug of what is recorded or executed again. One object a life of the server.</summary>
internal sealed class SpoiledDurability : DurabilityHook
{
    internal Func<ITickLog, ITickLog> Wraps { get; init; } = static log => log;

    internal Func<IEnumerable<LogRecord>, IEnumerable<LogRecord>> Selects { get; init; } = static records => records;

    internal Action<TickRecord> Changes { get; init; } = static _ => { };

    internal Action<TickRecord> ChangesWrites { get; init; } = static _ => { };

    internal Func<ulong, ulong> CoversInstead { get; init; } = static number => number;

    internal Action<CheckpointRoot> ChangesRoot { get; init; } = static _ => { };

    internal Func<long, long> CapturesAt { get; init; } = static tick => tick;

    internal Func<string, bool> KeepsOnly { get; init; } = static _ => true;

    internal Func<string, bool> LoadsOnly { get; init; } = static _ => true;

    internal Func<IReadOnlyList<RunRef>, MergeTask, RunRef, IReadOnlyList<RunRef>?> Merges { get; init; } = SideMerge.PutInPlace;

    internal bool ForgetsRowIds { get; init; }

    internal override bool NotesRowIds => !ForgetsRowIds;

    internal override ITickLog Log(ITickLog log) => Wraps(log);

    internal override IEnumerable<LogRecord> Records(IEnumerable<LogRecord> records) => Selects(records);

    internal override ulong Covers(ulong logNumber) => CoversInstead(logNumber);

    internal override void Describes(CheckpointRoot root) => ChangesRoot(root);

    internal override long CapturedAt(long tick) => CapturesAt(tick);

    internal override bool Keeps(string structure) => KeepsOnly(structure);

    internal override IReadOnlyList<RunRef>? Merged(IReadOnlyList<RunRef> runs, MergeTask task, RunRef merged) =>
        Merges(runs, task, merged);

    internal override bool Loads(string structure) => LoadsOnly(structure);

    internal override void Replays(TickRecord record) => Changes(record);

    internal override void ReplaysWrites(TickRecord record) => ChangesWrites(record);
}
