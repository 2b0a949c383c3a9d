using System.Collections.Concurrent;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Definitions: one at a time, those that come meanwhile wait; writes and sources do not. One that builds a view does so in steps
/// of about <see cref="StepNanos"/> between ticks, each sized by what rows have cost so far, so a tick waits no longer than that.
/// </summary>
internal sealed partial class MainLane
{
    /// <summary>What a definition takes before it lets ticks go first: most are done by then.</summary>
    private const long FirstNanos = 2_000_000;

    /// <summary>A step between two ticks.</summary>
    private const long StepNanos = 1_000_000;

    /// <summary>A step while no tick has anything to do.</summary>
    private const long RestingStepNanos = 2_000_000;

    /// <summary>How soon a source that a build waits for is asked again.</summary>
    private const long BuildWaitNanos = 5_000_000;

    /// <summary>Between steps whose rows are counted, not timed: whoever waits for the processor goes first.</summary>
    private const long CountedStepPauseNanos = 300_000;

    private readonly ConcurrentQueue<DefinitionCommand> _definitions = new();
    private Building? _building;
    private bool _isBuildWaiting;
    private readonly BuildPace _pace = new();

    /// <summary>Rows a step of a build takes, and ticks go first after each; 0: by time. For tests.</summary>
    internal int BuildRows { get; init; }

    /// <summary>Whether ticks are executed while something is built: their number so far. Any thread, approximately.</summary>
    internal long TicksBesideBuilds => Volatile.Read(ref _ticksBesideBuilds);

    private long _ticksBesideBuilds;

    /// <summary>The definition under way.</summary>
    private sealed class Building(DefinitionCommand command, long started)
    {
        internal DefinitionCommand Command => command;

        internal long StartedNanos => started;

        internal IEnumerator<Backfill> Views { get; } = command.Run().GetEnumerator();

        /// <summary>What is being filled; null: the command goes on.</summary>
        internal Backfill? Current { get; set; }
    }

    /// <summary>Begins the next definition if it is a definition's turn; one that must wait is put aside.</summary>
    private bool TakeDefinition()
    {
        if (_building is null && _unpublished.Count == 0 && _definitions.TryDequeue(out var waiting))
        {
            Begin(waiting);
            return true;
        }

        if (Turns.Admitted.Count > 0 || !_commands.TryPeek(out var first) || first is not DefinitionCommand definition)
        {
            return false;
        }

        _commands.TryDequeue(out _);
        if (_building is not null)
        {
            _definitions.Enqueue(definition);
        }
        else
        {
            Begin(definition);
        }

        return true;
    }

    private void Begin(DefinitionCommand definition)
    {
        if (!definition.TryBegin())
        {
            return;
        }

        _building = new Building(definition, _host.Clock.MonotonicNanos);
        Statistics.Activity = LaneActivity.Defining;
        Advance(_building, FirstNanos);
        Statistics.Activity = LaneActivity.Ticking;
    }

    /// <summary>Goes on with what is being built, between ticks; true when there is more to do at once.</summary>
    private bool StepDefinition(bool hasTicked)
    {
        if (_building is not { } building)
        {
            return false;
        }

        if (_unpublished.Count > 0)
        {
            // Their writers wait for those that share a sync with them, and for nothing else.
            return true;
        }

        if (hasTicked)
        {
            Volatile.Write(ref _ticksBesideBuilds, _ticksBesideBuilds + 1);
        }

        if (Graph.Hook?.HoldsBuild() == true)
        {
            _isBuildWaiting = true;
            return false;
        }

        Advance(building, hasTicked ? StepNanos : RestingStepNanos);
        if (_building is not null && BuildRows > 0 && !hasTicked && !_isBuildWaiting)
        {
            // The loop goes round anyway, so a signal that ends the wait is not lost.
            _wake.Wait(TimeSpan.FromTicks(CountedStepPauseNanos / 100));
        }

        // Where it is done the loop goes round once more: it may have waited for a source, and a signal have been for something else.
        return !_isBuildWaiting;
    }

    /// <summary>Goes on for about so long, or to the end where ticks may not come in between.</summary>
    private void Advance(Building building, long nanos)
    {
        bool isDone;
        try
        {
            isDone = Fill(building, nanos);
        }
        catch (Exception e)
        {
            // Told first: undoing completes a checkpoint under way, which may end the lane.
            building.Command.Fail(e);
            Undo(building);
            // What it had built is given back now: there may be no other tick for long.
            EndParts();
            return;
        }

        if (isDone)
        {
            _building = null;
            Publish(building);
        }
    }

    /// <summary>True: all is filled, and the command has gone on to its end.</summary>
    private bool Fill(Building building, long nanos)
    {
        _isBuildWaiting = false;
        long deadline = _host.Clock.MonotonicNanos + nanos;
        while (true)
        {
            if (building.Current is null)
            {
                if (!building.Views.MoveNext())
                {
                    return true;
                }

                building.Current = building.Views.Current;
                _pace.Begin();
            }

            var view = building.Current;
            if (building.Command.IsCancelled && view.MayPause)
            {
                throw new OperationCanceledException();
            }

            long started = _host.Clock.MonotonicNanos;
            var step = view.Step(view.MayPause ? RowsOfStep(deadline - started) : Backfill.SliceRows);
            long now = _host.Clock.MonotonicNanos;
            _pace.Took(view.StepRows, now - started);

            if (step == BackfillStep.Done)
            {
                view.Dispose();
                building.Current = null;
            }
            else if (view.MayPause && (BuildRows > 0 || now >= deadline || step == BackfillStep.Waiting))
            {
                view.Pause();
                _isBuildWaiting = step == BackfillStep.Waiting;
                return false;
            }
            else if (step == BackfillStep.Waiting)
            {
                WaitForSource();
            }
        }
    }

    private int RowsOfStep(long nanos) => BuildRows > 0 ? BuildRows : _pace.Rows(nanos);

    /// <summary>Pauses the lane until something is signalled or a source should be asked again: within a definition or a replay.</summary>
    internal void WaitForSource()
    {
        Interlocked.Exchange(ref _signalled, 0);
        _wake.Wait(TimeSpan.FromTicks(BuildWaitNanos / 100));
    }

    /// <summary>Runs a definition of a record that is executed again.</summary>
    private void FillAtOnce(DefinitionCommand command)
    {
        foreach (var view in command.Run())
        {
            using (view)
            {
                while (view.Step(Backfill.SliceRows) is var step && step != BackfillStep.Done)
                {
                    if (step == BackfillStep.Waiting)
                    {
                        WaitForSource();
                    }
                }
            }
        }
    }

    private void Publish(Building building)
    {
        var command = building.Command;
        try
        {
            PublishTicks();
            PublishDefinition(command, building.StartedNanos);
        }
        catch (Exception e)
        {
            // The lane is about to die of it: whoever waits must not wait for ever.
            command.Fail(Dies(e));
            throw;
        }

        command.Acknowledge();
    }

    private void PublishDefinition(DefinitionCommand command, long started)
    {
        BeginSteps(null);
        DeliverSinks();
        BeginInternalTick();
        var record = new TickRecord();
        record.Begin(CurrentTick, _now);
        record.Definition = command.Entry;
        if (command.FirstRows is { } rows)
        {
            record.Writes.Add(rows);
            Executor.Feed(Graph.Relation(rows.TableId), rows.Delta);
            Executor.Execute(rows.Delta.RowCount);
        }

        record.Stops.AddRange(_stops);
        _log.Append(record);
        SyncLog();
        PublishEpoch();
        command.Publish();
        EndParts();
        Checkpointer?.Executed(_host.Clock.MonotonicNanos - started, 0);
    }

    /// <summary>What is being built between ticks holds; 0: nothing is.</summary>
    internal long BuildingBytes => _building is { Current: { MayPause: true } view } ? view.Bytes : 0;

    /// <summary>Memory is short: what is being built, which nobody reads yet, gives way first. False: nothing is.</summary>
    internal bool StopBuilding(string reason)
    {
        if (_building is not { Current.MayPause: true } building)
        {
            return false;
        }

        building.Command.Fail(new SqlException(SqlState.OutOfMemory, $"out of memory: what was being built does not fit: {reason}"));
        Undo(building);
        return true;
    }

    private void EndDefinition(Exception e)
    {
        if (_building is { } building)
        {
            building.Command.Fail(e);
            Undo(building);
        }
    }

    /// <summary>The lane has ended: what it died over is freed.</summary>
    private void DropDefinition()
    {
        if (_building is { } building)
        {
            Undo(building);
        }
    }

    private void Undo(Building building)
    {
        _building = null;
        _isBuildWaiting = false;
        building.Current?.Dispose();
        building.Views.Dispose();
    }
}
