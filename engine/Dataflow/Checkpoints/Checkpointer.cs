using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.State;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// Writes the lane's state to the checkpoint store while ticks go on: fixes it at a published tick, drains it between ticks in
/// slices of <see cref="SliceNanos"/>, hands it to a thread, which cuts the log when it is durable. A checkpoint that fails costs nothing
/// but that the next one is whole; being fenced ends the lane. Main lane only, but for the counters.
/// </summary>
internal sealed class Checkpointer(
    CheckpointStore store, Host host, MainLane lane, ICheckpointed database, long ageNanosMax = CheckpointPolicy.AgeNanosDefault,
    DurabilityHook? hook = null, long mergeBytesMax = Checkpointer.MergeBytesMaxDefault)
{
    /// <summary>
    /// So much is merged within a checkpoint, which is held up by it (0.2 s); what is longer is merged beside (<see cref="SideMerge"/>).
    /// </summary>
    internal const long MergeBytesMaxDefault = 32 << 20;

    private const long SliceNanos = 500_000;
    private const int SliceEntries = 200;

    /// <summary>Rounds that are written at normal urgency from the start once one was late.</summary>
    private const int HurriedRounds = 16;

    private readonly CheckpointPolicy _policy = new(ageNanosMax);
    private CheckpointRound? _round;
    private SideMerge? _merging;
    private IRunningThread? _writing;
    private bool _isDrained;
    private int _hurried;
    private bool _isWhole = true;
    private long _catalogVersion = -1;
    private string _names = "";
    private long _started;

    /// <summary>The last one that is durable. Any thread.</summary>
    internal CheckpointFacts Facts { get; } = new();

    internal CheckpointStore Store => store;

    /// <summary>One is being written. Any thread.</summary>
    internal bool IsUnderWay => Volatile.Read(ref _round) is not null;

    /// <summary>When the lane must look again though nothing comes; long.MaxValue: only when something does.</summary>
    internal long DueNanos => _round is not null ? long.MaxValue : HasMerged ? 0 : _policy.DueNanos;

    /// <summary>
    /// Nothing has changed that would bring a checkpoint about, which is to put merged runs in their places. A merge that failed is no
    /// reason for one: it would be the store's next failure, and the state written whole for it.
    /// </summary>
    private bool HasMerged => _merging is { IsDone: true, Results.Count: > 0 } && !_policy.IsDirty;

    /// <summary>The lane's state is what a checkpoint holds, and records executed since are counted from here.</summary>
    internal void Restored(long catalogVersion, ulong logNumber)
    {
        Facts.Restored(logNumber);
        _isWhole = false;
        _catalogVersion = catalogVersion;
        _names = Names();
        _policy.Started(host.Clock.MonotonicNanos);
    }

    /// <summary>A tick or definition has been executed.</summary>
    internal void Executed(long busyNanos, long inputBytes) => _policy.Executed(host.Clock.MonotonicNanos, busyNanos, inputBytes);

    /// <summary>
    /// Does what is to do between two ticks, in a slice of time; true when there is more to do at once. A new one begins only where
    /// <paramref name="isPublished"/>: every executed tick is durable and visible.
    /// </summary>
    internal bool Step(bool isPublished)
    {
        long now = host.Clock.MonotonicNanos;
        if (_round is null)
        {
            if (!isPublished || !(_policy.IsDue(now) || HasMerged))
            {
                return false;
            }

            Begin(now);
        }

        if (!_isDrained)
        {
            Drain(now);
            if (!_isDrained)
            {
                return true;
            }

            StartWriting(isLate: false);
            return false;
        }

        if (_round!.GivesWay)
        {
            _writing?.Join();
            StartWriting(isLate: true);
            return false;
        }

        if (_round!.IsDone)
        {
            Finish();
        }

        return false;
    }

    /// <summary>Completes what has begun and, where anything has changed since, writes it: the log is empty then. At a clean end.</summary>
    internal void WriteAll()
    {
        Settle();
        _merging?.Stop();
        if (_policy.IsDirty || _merging is { Results.Count: > 0 })
        {
            Begin(host.Clock.MonotonicNanos);
            Settle();
        }

        _merging?.Drop();
        _merging = null;
    }

    /// <summary>The lane has ended, however: waits for the writing thread, if there is one; what it has not done stays undone.</summary>
    internal void Join()
    {
        _writing?.Join();
        if (_round is { IsDone: false } round)
        {
            round.Abandon();
        }

        // A pack that waits for a checkpoint is an upload that nobody goes on with: gone when the state is opened again.
        _merging?.Stop();
    }

    /// <summary>Waits for what is being written, if anything is.</summary>
    private void Settle()
    {
        if (_round is not { } round)
        {
            return;
        }

        while (!_isDrained)
        {
            Drain(host.Clock.MonotonicNanos);
        }

        _writing?.Join();
        if (!round.IsDone)
        {
            round.Write(store, lane.CutLog);
        }

        Finish();
    }

    private void Begin(long now)
    {
        var root = new CheckpointRoot
        {
            HashSeed = lane.Graph.Parts[0].Context.HashSeed,
            Parts = lane.Graph.Parts.Length,
            Tick = lane.CurrentTick,
            NowMicros = lane.Now,
            LogNumber = hook?.Covers(lane.LogNumber) ?? lane.LogNumber,
        };
        lane.Describe(root);
        database.Describe(root);
        hook?.Describes(root);
        var merged = TakeMerged();
        _round = new CheckpointRound(
            lane.Graph, ReadPin.Published(lane.Epochs, lane.Pins), root, ChangedCatalog(), _isWhole, hook)
        {
            Merged = merged,
            MergedElsewhere = _merging?.Names,
            MergeBytesMax = mergeBytesMax,
        };
        _isWhole = false;
        _isDrained = false;
        _started = now;
        _policy.Started(now);
    }

    /// <summary>What is merged and waits for a checkpoint; null: nothing. A failure has cost no more than the work.</summary>
    private SideMerge? TakeMerged()
    {
        if (_merging is not { IsDone: true } merged)
        {
            return null;
        }

        _merging = null;
        if (merged.Failure is not (null or OperationCanceledException))
        {
            Facts.Failed(merged.Failure.Message);
            // What cannot be read is written again.
            _isWhole |= merged.Failure is CorruptionException;
        }

        return merged;
    }

    /// <summary>The catalog with the names of all structures, when it is not what was written last.</summary>
    private byte[]? ChangedCatalog()
    {
        string names = Names();
        if (!_isWhole && database.CatalogVersion == _catalogVersion && names == _names)
        {
            return null;
        }

        (_catalogVersion, byte[] text) = database.Catalog();
        _names = names;
        var into = new System.Buffers.ArrayBufferWriter<byte>(text.Length + names.Length + 16);
        Storage.Encoding.ByteWriting.WriteText(into, names);
        Storage.Encoding.ByteWriting.WriteRun(into, text);
        return into.WrittenSpan.ToArray();
    }

    /// <summary>The names of all structures, a line each.</summary>
    internal string Names() => string.Join('\n', lane.Graph.Parts.SelectMany(
        p => p.State.Registry.Items.Select(i => CheckpointRound.NameOf(i.Key, p.Context.Part))));

    private void Drain(long now)
    {
        do
        {
            _isDrained = _round!.Drain(SliceEntries);
        }
        while (!_isDrained && host.Clock.MonotonicNanos - now < SliceNanos);
    }

    /// <summary>
    /// A thread goes on with the round. It yields to the lane, as on a machine without a core to spare a reader would wait for it; but not
    /// for ever: on a busy machine it would hardly run. A thread's nice value cannot be taken back, so one that finds itself late
    /// between two structures makes room for another.
    /// </summary>
    private void StartWriting(bool isLate)
    {
        var round = _round!;
        long late = _policy.LateNanos;
        if (isLate || host.Clock.MonotonicNanos >= late)
        {
            _hurried = HurriedRounds;
        }

        bool hurries = _hurried > 0;
        round.GivesWay = false;
        _writing = host.Threads.Start(
            "checkpoint",
            () =>
            {
                round.Write(store, lane.CutLog, hurries ? null : () => host.Clock.MonotonicNanos >= late);
                lane.Signal();
            },
            hurries ? ThreadUrgency.Normal : ThreadUrgency.Low);
    }

    private void Finish()
    {
        var round = _round!;
        _round = null;
        _hurried = Math.Max(0, _hurried - 1);
        _writing?.Join();
        _writing = null;
        lane.Graph.Detached.Free();
        long now = host.Clock.MonotonicNanos;
        if (round.Failure is { } failure)
        {
            Facts.Failed(failure.Message);
            _isWhole = true;
            _policy.Failed(now);
            if (failure is FencedException)
            {
                throw failure;
            }

            return;
        }

        if (round.CleaningFailure is { } cleaning)
        {
            Facts.Failed(cleaning.Message);
        }

        if (_merging is null && round.Deferred.Count > 0)
        {
            _merging = new SideMerge(store, round.Deferred);
            _merging.Start(host.Threads, lane.Signal);
        }

        lane.Statistics.CheckpointTimes.Record(now - _started);
        Facts.Completed(round.Tick, round.LogNumber, host.Clock.WallMicros, now - _started, round.BytesWritten);
    }
}
