using Vectorized.Engine.Dataflow.Checkpoints;

namespace Vectorized.Engine.Dataflow;

/// <summary>What checkpoints need of the lane itself, and how it goes on from one.</summary>
internal sealed partial class MainLane
{
    /// <summary>The log's last record, which must be durable.</summary>
    internal ulong LogNumber => _log.Position;

    /// <summary>Bytes appended to the log since it was opened. Any thread, approximately.</summary>
    internal long LogBytes => _log.BytesAppended;

    private volatile StateLoading? _loading;

    /// <summary>
    /// What is still to be loaded of the checkpoint the database came from; null: nothing, as in all of the process's life but its
    /// start. Set before <see cref="Start"/>; any thread.
    /// </summary>
    internal StateLoading? Loading
    {
        get => _loading;
        set => _loading = value;
    }

    /// <summary>Loads all of it before anyone is served. The opening thread.</summary>
    internal void LoadNow()
    {
        _loading?.LoadNow();
        _loading = null;
    }

    /// <summary>Loads what executing a record needs that only changes rows. The opening thread.</summary>
    internal void LoadOperators() => _loading?.LoadOperators();

    /// <summary>
    /// The lane's first work: loads the state. False: it was told to stop, perhaps after it had refused everything for as long as
    /// state could not be read.
    /// </summary>
    private bool Load()
    {
        if (_loading is not { } loading)
        {
            return true;
        }

        Statistics.Covered(_host.Clock.WallMicros);
        Statistics.Activity = LaneActivity.Loading;
        if (loading.Run(() => _stopping))
        {
            _loading = null;
            Statistics.Activity = LaneActivity.Ticking;
            return true;
        }

        while (!_stopping)
        {
            Interlocked.Exchange(ref _signalled, 0);
            FailWaiting(loading.Failure!);
            _wake.Wait();
        }

        return false;
    }

    private void SyncLog()
    {
        if (_log is MemoryTickLog)
        {
            _log.Sync();
            return;
        }

        long started = _host.Clock.MonotonicNanos;
        _log.Sync();
        Statistics.SyncTimes.Record(_host.Clock.MonotonicNanos - started);
    }

    internal void CutLog(ulong number) => _log.Cut(number);

    /// <summary>Adds positions of sources and the gates of relations with a watermark.</summary>
    internal void Describe(CheckpointRoot root)
    {
        foreach (var feed in _feeds)
        {
            root.Feeds.Add(new CheckpointRoot.FeedState(
                feed.SourceId, feed.IsOpen, feed.Failure ?? "", feed.RowsRead, feed.RecordsRejected,
                [.. feed.Positions.Select(p => (p.Key, p.Value))]));
        }

        foreach (var intake in Graph.Gated)
        {
            root.Gates.Add((intake.RelationId, intake.Gate!.Save()));
        }
    }

    /// <summary>Before anything is built: the next tick follows the checkpoint's.</summary>
    internal void Restore(CheckpointRoot root)
    {
        CurrentTick = root.Tick;
        _now = root.NowMicros;
        Pins.Publish(root.Tick);
        Executor.BeginTick(root.Tick, _now);
    }

    /// <summary>After everything is built.</summary>
    internal void RestoreInputs(CheckpointRoot root)
    {
        foreach (var state in root.Feeds)
        {
            _feeds.Single(f => f.SourceId == state.SourceId).Restore(state);
        }

        foreach (var (id, bytes) in root.Gates)
        {
            var gate = Graph.Gated.Single(i => i.RelationId == id).Gate!;
            gate.Load(bytes);
            Graph.Watermarks.Set(id, gate.Watermark);
        }
    }
}
