using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>What came of a read of a <see cref="SourceScan"/>.</summary>
internal enum SourceScanStatus
{
    Empty,
    Data,

    /// <summary>It stands where the feed stood when the scan began.</summary>
    Ended,
}

/// <summary>
/// A source from its start up to exactly where its feed stands as the scan begins, read by a reader of its own into the gates of a
/// view that is being built. Main lane only.
/// </summary>
internal sealed class SourceScan : IDisposable
{
    /// <summary>What a stopped source is given to produce before the statement is refused.</summary>
    private const long SilenceNanosMax = 10_000_000_000;

    private readonly MainLane _lane;
    private readonly SourceFeed _feed;
    private readonly ScanPoint[] _points;
    private readonly SplitPositions _end = [];
    private ISourceReader? _reader;

    /// <summary>The source's watermark begins anew with the rows from its start.</summary>
    private readonly RelationIntake? _intake;
    private long _silentSince;

    internal SourceScan(MainLane lane, SourceFeed feed, ScanPoint[] points)
    {
        _lane = lane;
        _feed = feed;
        _points = points;
        _intake = lane.Graph.Relation(feed.SourceId).Intake?.Fresh();
        foreach (var (split, position) in feed.Positions)
        {
            _end[split] = position;
        }
    }

    /// <summary>The next rows, which are the caller's.</summary>
    internal SourceScanStatus TryRead(int rowsMax, out SourceChunk? chunk)
    {
        long now = _lane.Environment.Host.Clock.MonotonicNanos;
        if (_reader is null)
        {
            _reader = _feed.Connector.Open(_feed.Definition, _lane.Environment, [], _end);
            _reader.Want(_points[0].Relation.Arriving(column => Array.Exists(_points, p => p.Gates[0].Columns.Contains(column))));
            _silentSince = now;
        }

        var status = _reader.TryRead(rowsMax, out chunk);
        _intake?.Gate?.Expect(_reader.Splits, _lane.Now);
        switch (status)
        {
            case SourceReadStatus.Data:
                _silentSince = now;
                return SourceScanStatus.Data;
            case SourceReadStatus.Ended:
                return SourceScanStatus.Ended;
            case SourceReadStatus.Failed:
                throw new SqlException(
                    SqlState.ObjectNotInPrerequisiteState,
                    $"source \"{_feed.Definition.Name}\" cannot be read from its start: {_reader.Problem}");
            default:
                return now - _silentSince <= SilenceNanosMax ? SourceScanStatus.Empty : throw new SqlException(
                    SqlState.ObjectNotInPrerequisiteState,
                    $"source \"{_feed.Definition.Name}\" has sent nothing for 10 s while it was read from its start: "
                    + (_reader.Problem ?? "no reason known"));
        }
    }

    /// <summary>Pushes them within a tick; how many they are.</summary>
    internal long Push(SourceChunk chunk)
    {
        var rows = chunk.Rows.Batch;
        rows = _intake?.Take(rows, chunk.Split, _lane.Graph.Parts[0].Context) ?? rows;
        for (int start = 0; start < rows.RowCount; start += Batch.RowsMax)
        {
            var slice = BatchSlice.Of(rows, start, Math.Min(Batch.RowsMax, rows.RowCount - start));
            foreach (var point in _points)
            {
                point.Gates[0].Push(0, slice);
            }
        }

        return chunk.Rows.Batch.RowCount;
    }

    public void Dispose() => _reader?.Dispose();
}
