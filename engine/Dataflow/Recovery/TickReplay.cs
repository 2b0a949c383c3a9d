using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// Executes tick records again before the main lane starts: the same rows into the same graph at the same now. No reader is
/// there yet, nothing is logged, nothing acknowledged. A source that cannot give its rows again takes the views that read it
/// with it; everything else goes on. Runs on the thread that opens the database.
/// </summary>
internal sealed class TickReplay(MainLane lane)
{
    private readonly Dictionary<int, SourceReplay> _sources = [];
    private readonly List<IDisposable> _owned = [];
    private IReadOnlyDictionary<int, SplitPositions> _ends = new Dictionary<int, SplitPositions>();

    /// <summary>Sources are not connected yet.</summary>
    internal bool IsRunning { get; private set; }

    /// <param name="ends">By source, how far the whole log has read it.</param>
    internal void Begin(IReadOnlyDictionary<int, SplitPositions> ends)
    {
        _ends = ends;
        IsRunning = true;
    }

    /// <summary>Executes one record that defines nothing. Its batches must last until the call returns.</summary>
    internal void Execute(TickRecord record)
    {
        lane.BeginReplayedTick(record);
        lane.Graph.Decide(record);
        int rows = 0;
        foreach (var write in record.Writes)
        {
            lane.Executor.Feed(lane.Graph.Relation(write.TableId), write.Delta);
            rows += write.Delta.RowCount;
        }

        foreach (var advance in record.Advances)
        {
            rows += advance.RowCount;
            Read(advance);
        }

        lane.FinishReplayedTick(record, rows);
        foreach (var owner in _owned)
        {
            owner.Dispose();
        }

        _owned.Clear();
    }

    /// <summary>Makes a definition again: what it builds, it fills from the state of now.</summary>
    internal void BeginDefinition(TickRecord record, DefinitionCommand command) =>
        lane.BeginReplayedDefinition(record, command);

    /// <summary>The record's rows, which may be of a table the definition made, are there now.</summary>
    internal void FinishDefinition(TickRecord record, DefinitionCommand command) =>
        lane.FinishReplayedDefinition(record, command);

    /// <summary>The log has been executed: sources go on from where it ended.</summary>
    internal void Complete()
    {
        IsRunning = false;
        foreach (var source in _sources.Values)
        {
            source.Dispose();
        }

        _sources.Clear();
        foreach (var feed in lane.Feeds)
        {
            if (feed.IsOpen && feed.Failure is null)
            {
                feed.Connect(lane.Environment);
            }
        }
    }

    private void Read(SourceAdvance advance)
    {
        var feed = lane.Feeds.First(f => f.SourceId == advance.SourceId);
        if (advance.RowCount > 0 && feed.Failure is null && Take(feed, advance) is { } problem)
        {
            feed.Failure = $"source \"{feed.Definition.Name}\" cannot be read again from where the log needs it: {problem}";
            var cause = new SqlException(SqlState.ObjectNotInPrerequisiteState, feed.Failure);
            foreach (var view in lane.Graph.Views.Where(v => v.Scans.Any(s => s.RelationId == feed.SourceId)))
            {
                view.Failure.Fail(cause);
            }
        }

        feed.Replayed(advance);
    }

    private string? Take(SourceFeed feed, SourceAdvance advance)
    {
        try
        {
            if (!_sources.TryGetValue(feed.SourceId, out var source))
            {
                _sources.Add(feed.SourceId, source = new SourceReplay(feed, lane, _ends[feed.SourceId]));
            }

            return source.Take(advance, _owned);
        }
        catch (SqlException e)
        {
            return e.Message;
        }
    }
}
