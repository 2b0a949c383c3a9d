using System.Collections.Concurrent;
using System.Collections.Immutable;
using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The loop that cuts input into ticks and executes them: takes waiting commands and source rows, executes the record
/// through the graph, appends it to the log, syncs, publishes the epoch and acknowledges. A tick starts as soon as
/// something waits and takes at most what executes in about <see cref="TickNanosTarget"/>; nothing runs while nothing
/// waits. All engine state is written by this lane's thread (and the crew it steps); readers hold epochs.
/// </summary>
internal sealed partial class MainLane : IDisposable
{
    private const long TickNanosTarget = 8_000_000;
    private const int TicksAheadMax = 64;
    private const int RowsAheadMax = 1 << 20;
    private const long WaitMicrosMax = 3_600_000_000;
    private const long StuckNanos = 50_000_000;
    private const int RowBytesGuess = 32;
    private const int RowsMin = 2_048;
    private const int RowsMax = 1 << 18;

    private readonly Host _host;
    private readonly ITickLog _log;
    private readonly ConcurrentQueue<LaneCommand> _commands = new();
    private readonly TaskCompletionSource<Exception> _death = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ISignal _wake;
    private IRunningThread? _thread;
    private readonly WorkerCrew _crew;
    private readonly List<SourceFeed> _feeds = [];
    private ImmutableArray<SourceFeed> _runningFeeds = [];
    private readonly LaneTick _tick;
    private readonly UnpublishedTicks _unpublished = new();
    private readonly Dictionary<int, long> _lastWrites = [];
    private volatile bool _stopping;
    private int _signalled;
    private long _now;
    private long _quietUntilMicros;
    private double _nanosPerRow = 100;
    private int _nextFeed;

    internal MainLane(
        Host host, ITickLog log, int workerCount, ulong hashSeed, IReadOnlyList<string> fileRoots, DataflowHook? hook = null)
    {
        Memory = new MemoryBudget(host.Memory, host.Clock);
        Pressure = new MemoryPressure(this, host.Clock);
        _host = host;
        _log = log;
        _wake = host.Threads.CreateSignal();
        Epochs = new EpochProtection();
        Pins = new TickPins();
        Followers = new FollowerPins(Pins);
        Graph = new DataflowGraph(workerCount, hashSeed, Epochs, Pins) { Hook = hook, Budget = Memory };
        _crew = new WorkerCrew(workerCount, host.Threads);
        Executor = new TickExecutor(Graph, _crew);
        Environment = new SourceEnvironment(host, Signal, fileRoots);
        _tick = new LaneTick(this);
        Replay = new TickReplay(this);
    }

    /// <summary>Begins to take commands and sources: once, when what the log holds has been executed again.</summary>
    internal void Start()
    {
        Replay.Complete();
        Memory.IsEnforced = true;
        _thread = _host.Threads.Start("main-lane", Serve, ThreadUrgency.High);
    }

    internal DataflowGraph Graph { get; }

    internal TickExecutor Executor { get; }

    /// <summary>Protects memory that readers may still look at.</summary>
    internal EpochProtection Epochs { get; }

    internal TickPins Pins { get; }

    /// <summary>Holds of subscriptions.</summary>
    internal FollowerPins Followers { get; }

    /// <summary>Raised at each publication.</summary>
    internal PublicationSignal Publication { get; } = new();

    internal SourceEnvironment Environment { get; }

    internal LaneStatistics Statistics { get; } = new();

    /// <summary>Writes the state; null: nothing outlives the process, or the log alone. Set before <see cref="Start"/>.</summary>
    internal Checkpointer? Checkpointer { get; set; }

    /// <summary>now() of the tick being put together, or of the last one.</summary>
    internal long Now => _now;

    /// <summary>Executes records again before the lane starts.</summary>
    internal TickReplay Replay { get; }

    /// <summary>The last tick that wrote to a table, 0 if none has since the start. The lane's thread only.</summary>
    internal long LastWriteOf(int tableId) => _lastWrites.GetValueOrDefault(tableId);

    internal void NoteWrite(int tableId) => _lastWrites[tableId] = CurrentTick;

    /// <summary>Tables whose writers wait for one of them. The lane's thread only.</summary>
    internal WriteTurns Turns { get; } = new();

    /// <summary>Number of the last tick started; ticks are numbered from 1.</summary>
    internal long CurrentTick { get; private set; }

    /// <summary>Set when the lane has died of a failed log sync or a bug: every later command fails with it.</summary>
    internal Exception? Death { get; private set; }

    /// <summary>Completes with <see cref="Death"/>.</summary>
    internal Task<Exception> DeathTask => _death.Task;

    /// <summary>Called on the lane when a view failed in a tick, after the tick: the owner suspends its cone.</summary>
    internal Action<ViewInstance>? ViewFailed { get; set; }

    internal IReadOnlyList<SourceFeed> Feeds => _feeds;

    /// <summary>The same, for any thread.</summary>
    internal ImmutableArray<SourceFeed> RunningFeeds => _runningFeeds;

    /// <summary>As of the lane's last rest: the instant before which time alone starts no tick. Any thread.</summary>
    internal long QuietUntilMicros => Volatile.Read(ref _quietUntilMicros);

    /// <summary>Any thread.</summary>
    internal void Enqueue(LaneCommand command)
    {
        _commands.Enqueue(command);
        Signal();
        if (Death is not null)
        {
            FailWaiting(Death);
        }
    }

    /// <summary>Wakes the lane: something may wait. Any thread, cheap when it is already awake.</summary>
    internal void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            _wake.Set();
        }
    }

    internal void AddFeed(SourceFeed feed)
    {
        _feeds.Add(feed);
        _runningFeeds = [.. _feeds];
    }

    /// <summary>A view reads the source: from now on it is read. While records are executed again they tell what it gave.</summary>
    internal void OpenFeed(SourceFeed feed)
    {
        feed.IsOpen = true;
        if (!Replay.IsRunning)
        {
            feed.Connect(Environment);
        }
    }

    internal void RemoveFeed(SourceFeed feed)
    {
        _feeds.Remove(feed);
        _runningFeeds = [.. _feeds];
        feed.Dispose();
    }

    /// <summary>Starts a tick outside the loop's own (backfill): numbered, published with the next.</summary>
    internal long BeginInternalTick()
    {
        CurrentTick++;
        Executor.BeginTick(CurrentTick, _now);
        return CurrentTick;
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread?.Join();
        Checkpointer?.Join();
        DropDefinition();
        foreach (var feed in _feeds)
        {
            feed.Dispose();
        }

        _crew.Dispose();
        _log.Dispose();
        _wake.Dispose();
    }

    private void Serve()
    {
        try
        {
            bool isLoaded = Load();
            while (!_stopping)
            {
                Interlocked.Exchange(ref _signalled, 0);
                bool ran = RunTick();
                bool hasMore = Checkpointer?.Step(_unpublished.Count == 0) ?? false;
                hasMore |= StepDefinition(ran);
                if (!ran && !hasMore)
                {
                    Statistics.Activity = LaneActivity.Resting;
                    Sleep();
                    Statistics.Covered(_host.Clock.WallMicros);
                    Statistics.Activity = LaneActivity.Ticking;
                }
            }

            var shutdown = new SqlException(SqlState.AdminShutdown, "the server is shutting down");
            EndDefinition(shutdown);
            if (isLoaded)
            {
                PublishTicks();
                Checkpointer?.WriteAll();
            }

            _loading?.Abandon(shutdown);
            Turns.FailWaiting(shutdown);
            FailWaiting(shutdown);
        }
        catch (Exception e)
        {
            // Nothing may be acknowledged any more; what is published stays readable.
            var death = Dies(e);
            _death.TrySetResult(death);
            _loading?.Abandon(Told(death));
            _building?.Command.Fail(death);
            _unpublished.Fail(death);
            Turns.FailWaiting(death);
            FailWaiting(death);
        }
    }

    private void Sleep()
    {
        long now = _host.Clock.MonotonicNanos;
        long due = long.MaxValue;
        foreach (var feed in _feeds)
        {
            due = Math.Min(due, feed.Reader?.NextDueNanos ?? long.MaxValue);
        }

        due = Math.Min(due, Checkpointer?.DueNanos ?? long.MaxValue);
        due = Math.Min(due, _isBuildWaiting ? now + BuildWaitNanos : long.MaxValue);

        long dueMicros = Graph.NextDueMicros;
        Volatile.Write(ref _quietUntilMicros, dueMicros);
        if (dueMicros != long.MaxValue)
        {
            // In the far future once more is enough: the wait is looked at again.
            long waitMicros = Math.Clamp(dueMicros - _host.Clock.WallMicros, 0, WaitMicrosMax);
            due = Math.Min(due, now + (waitMicros * 1000));
        }

        if (Pressure.IsStuck)
        {
            // Sources wait for memory, which gives no signal.
            due = Math.Min(due, now + StuckNanos);
        }

        if (due == long.MaxValue)
        {
            _wake.Wait();
        }
        else if (due > now)
        {
            _wake.Wait(TimeSpan.FromTicks(Math.Max((due - now) / 100, 1)));
        }
    }

    /// <summary>Puts together and executes one tick; false when nothing waited.</summary>
    private bool RunTick()
    {
        long started = _host.Clock.MonotonicNanos;
        _now = Math.Max(_now, _host.Clock.WallMicros);
        if (TakeDefinition())
        {
            return true;
        }

        CurrentTick++;
        var tick = _tick;
        tick.Begin(CurrentTick, _now);
        Executor.BeginTick(CurrentTick, _now);
        DecideSplits(tick.Record);
        Pressure.Decide();
        TakeCommands(tick);
        ReadFeeds(tick, Pressure.Rows(RowBudget));
        if (tick.IsEmpty && Graph.NextDueMicros > _now)
        {
            CurrentTick--;
            bool published = _unpublished.Count > 0;
            PublishTicks();
            Statistics.Covered(_now);
            return published;
        }

        _unpublished.Add(tick);
        long committed = BlockPool.CommittedBytes;
        try
        {
            Execute(tick);
        }
        catch (Exception e)
        {
            _unpublished.Fail(Dies(e));
            throw;
        }
        finally
        {
            tick.Release();
        }

        long finished = _host.Clock.MonotonicNanos;
        if (tick.RowCount >= RowsMin)
        {
            _nanosPerRow = (_nanosPerRow * 0.8) + ((finished - started) / (double)tick.RowCount * 0.2);
        }

        Statistics.Ticked(tick.RowCount, finished - started);
        Pressure.Executed(tick.RowCount, BlockPool.CommittedBytes - committed);
        Checkpointer?.Executed(finished - started, tick.RowCount * RowBytesGuess);
        if (!RunsAhead())
        {
            PublishTicks();
        }

        return true;
    }

    /// <summary>
    /// Writers that could not join a tick have the next at once; one sync then covers them all. Definitions wait for it.
    /// </summary>
    private bool RunsAhead() => _log.GroupsTicks && !_stopping && _unpublished.Count < TicksAheadMax
        && _unpublished.RowCount < RowsAheadMax && NextWrite() is not null;

    private void PublishEpoch()
    {
        // Those too far behind first: what they held is not kept for them a tick longer.
        Followers.Trim(Statistics.Rows, _host.Clock);
        Pins.Publish(CurrentTick);
        Publication.Raise();
    }

    /// <summary>Makes the ticks executed since the last time durable, then an epoch, then tells who waits for them.</summary>
    private void PublishTicks()
    {
        if (_unpublished.Count == 0)
        {
            return;
        }

        try
        {
            SyncLog();
        }
        catch (Exception e)
        {
            _unpublished.Fail(Dies(e));
            throw;
        }

        PublishEpoch();
        EndParts();
        Statistics.Covered(_now);
        Statistics.Published(_unpublished.OldestArrivalMicros, _host.Clock.WallMicros);
        _unpublished.Acknowledge();
    }

    /// <summary>
    /// Watermarks wait for the splits a reader knows, but no longer for those that are silent: decided from outside and by the
    /// clock, so the record holds it.
    /// </summary>
    private void DecideSplits(TickRecord record)
    {
        foreach (var intake in Graph.Gated)
        {
            foreach (var feed in _feeds)
            {
                if (feed.SourceId == intake.RelationId && feed.Reader is { } reader)
                {
                    intake.Gate!.AddUnknown(reader.Splits, intake.RelationId, record.Splits);
                }
            }

            intake.Gate!.AddIdle(record.NowMicros, intake.RelationId, record.Splits);
        }

        Graph.Decide(record);
    }

    private int RowBudget => (int)Math.Clamp(TickNanosTarget / _nanosPerRow, RowsMin, RowsMax);

    private void TakeCommands(LaneTick tick)
    {
        while (tick.RowCount < RowBudget && NextWrite() is { } command)
        {
            if (Turns.Park(command))
            {
                DequeueWrite();
                continue;
            }

            if (!command.CanJoin(tick))
            {
                return;
            }

            DequeueWrite();
            try
            {
                command.Run(tick);
                tick.Waiting.Add(command);
            }
            catch (Exception e)
            {
                command.Fail(e);
            }
        }
    }

    private WriteCommand? NextWrite() =>
        Turns.Admitted.TryPeek(out var admitted) ? admitted : _commands.TryPeek(out var next) ? next as WriteCommand : null;

    private void DequeueWrite()
    {
        if (!Turns.Admitted.TryDequeue(out _))
        {
            _commands.TryDequeue(out _);
        }
    }

    private void ReadFeeds(LaneTick tick, int budget)
    {
        int count = _feeds.Count;
        for (int i = 0; i < count && tick.RowCount < budget; i++)
        {
            var feed = _feeds[(_nextFeed + i) % count];
            feed.Want(Graph);
            while (tick.RowCount < budget && feed.TryRead(budget - tick.RowCount) is { } chunk)
            {
                var advance = new SourceAdvance(
                    feed.SourceId, chunk.Split, chunk.Position, chunk.Rows.Batch.RowCount);
                if (chunk.Rejected.Count > 0)
                {
                    var errors = RejectedRows.Build(chunk.Rejected, _now);
                    tick.Write(feed.ErrorsTableId, errors.Batch, errors);
                }

                Read(tick, feed, chunk, advance);
            }
        }

        // The first to be read rotates, so that a fast source does not starve the others.
        _nextFeed = count == 0 ? 0 : (_nextFeed + 1) % count;
    }

    /// <summary>
    /// Rows of a source go on as they are, those of a table's connector as the table's changes, which the record holds: a
    /// table can be restored without its upstream. Rows the table cannot take (NULL in a NOT NULL column) stop its feed.
    /// </summary>
    private void Read(LaneTick tick, SourceFeed feed, SourceChunk chunk, SourceAdvance advance)
    {
        if (feed.Delivery is not { } delivery)
        {
            tick.Read(Graph.Relation(feed.SourceId), chunk.Rows.Batch, chunk, advance, chunk.ArrivalMicros);
            return;
        }

        tick.Own(chunk);
        try
        {
            tick.Record.Advances.Add(advance with { RowCount = 0 });
            if (delivery.Changes(chunk.Rows.Batch, _now) is { } changes)
            {
                tick.Write(feed.SourceId, changes.Batch, changes);
            }
        }
        catch (SqlException e)
        {
            feed.Failure = e.Message;
        }
    }

    private void Execute(LaneTick tick)
    {
        BeginSteps(null);
        ExpectNew(tick.Record, static _ => false);
        Executor.Execute(tick.RowCount);
        NoteNewKeys(tick.Record);
        ReportFailedViews();
        DeliverSinks();
        tick.Record.Stops.AddRange(_stops);
        _log.Append(tick.Record);
    }

    private void ReportFailedViews()
    {
        if (!Graph.AnyViewFailed)
        {
            return;
        }

        foreach (var view in Graph.Views.Where(v => v.Failure.HasFailed).ToList())
        {
            NoteStop(view);
            ViewFailed?.Invoke(view);
        }
    }

    /// <summary>Lets each part's state take back what no reader can see any more.</summary>
    private void EndParts()
    {
        foreach (var part in Graph.Parts)
        {
            part.State.EndTick();
        }
    }

    private void FailWaiting(Exception e)
    {
        while (_commands.TryDequeue(out var command))
        {
            if (command is not DefinitionCommand definition || definition.TryBegin())
            {
                command.Fail(e);
            }
        }

        while (_definitions.TryDequeue(out var waiting))
        {
            if (waiting.TryBegin())
            {
                waiting.Fail(e);
            }
        }
    }
}
