using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>What came of a step of a <see cref="Backfill"/>.</summary>
internal enum BackfillStep
{
    /// <summary>There is more to do.</summary>
    More,

    /// <summary>A source has nothing just now.</summary>
    Waiting,

    /// <summary>The view holds what its inputs hold now: it must be attached before the next tick.</summary>
    Done,
}

/// <summary>
/// Feeds a new view what its inputs hold, before it is attached, in steps between ticks of the main lane: stored relations as of one
/// tick, E (quiet scans get nothing), and sources from their startup position to where the running feed stood then. If ticks are
/// executed between the steps (<see cref="Pause"/>), what they change is kept (<see cref="DeltaTap"/>) and follows, several ticks
/// (from, to] as one, until nothing is left: the view is then f(inputs now), as if it had been filled at once, and that is what the
/// log's record does when it is executed again. Rows that joins read elsewhere are met as of what the view has seen
/// (<see cref="TicksElsewhere"/>), which is pinned. Each step is a tick that involves the new operators only and is seen by nobody.
/// Main lane only.
/// </summary>
internal sealed partial class Backfill : IDisposable
{
    /// <summary>Rows a step takes of each scan where nobody waits.</summary>
    internal const int SliceRows = 1 << 16;

    /// <summary>Vectors begin at multiples of so many rows, so that bitmaps can be sliced.</summary>
    private const int RowsGrain = 8;

    private readonly MainLane _lane;
    private readonly ViewInstance _view;
    private readonly List<(DeltaTap Tap, Operator Upstream, ViewGate[] Gates)> _taps = [];
    private readonly List<(Batch Rows, ViewGate[] Gates)> _taken = [];
    private readonly List<RelationScan> _scans = [];
    private readonly Queue<SourceScan> _sources = [];
    private ReadPin _pin;
    private bool _isStarted;
    private long _waitedFor = long.MaxValue;
    private int _growth = 1;

    /// <param name="lane">The lane, between ticks.</param>
    /// <param name="view">Built; the shared arrangements it reads are filled and attached.</param>
    /// <param name="isRepeatable">Its rows depend on its inputs' only, not on when they come.</param>
    internal Backfill(MainLane lane, ViewInstance view, bool isRepeatable)
    {
        _lane = lane;
        _view = view;
        // A source's rows from its start are judged in their order by a gate of their own: not to be continued by another's.
        MayPause = isRepeatable && !lane.Replay.IsRunning
            && view.Scans.TrueForAll(s => s.Relation.Arrangements is not null || s.Relation.Intake is null);
        _pin = Pin(lane.CurrentTick);
        foreach (var points in view.Scans.GroupBy(s => s.Relation))
        {
            AddScans(points.Key, [.. points.Where(p => !p.IsQuiet)]);
        }
    }

    /// <summary>Whether ticks may be executed between its steps.</summary>
    internal bool MayPause { get; }

    /// <summary>What the view holds so far.</summary>
    internal long Bytes => ViewSizes.Own(_view);

    /// <summary>Rows the last step took.</summary>
    internal long StepRows { get; private set; }

    /// <summary>The tick the view has seen its inputs at.</summary>
    private long Seen => _pin.Tick;

    private bool IsPaused => _taps.Count > 0;

    private long Waiting => _taps.Sum(t => t.Tap.RowCount);

    /// <summary>Ticks are about to be executed: what they change is kept from now on.</summary>
    internal void Pause()
    {
        if (IsPaused)
        {
            return;
        }

        foreach (var points in _view.Scans.GroupBy(s => s.Relation))
        {
            for (int part = 0; part < points.Key.Operators.Length; part++)
            {
                int index = part;
                var tap = new DeltaTap(_lane.Graph.Parts[part].Context, _view.Failure);
                points.Key.Operators[part].ConnectTo(tap, 0);
                _taps.Add((tap, points.Key.Operators[part], [.. points.Select(p => p.Gates[index])]));
            }
        }
    }

    /// <summary>Executes one tick of the view, of about so many rows; raises what has stopped it.</summary>
    internal BackfillStep Step(int rowsMax)
    {
        CheckInputs();
        StepRows = 0;
        if (!_isStarted || _scans.Count > 0)
        {
            // At least one tick runs also over empty inputs: a global aggregate has a row from the start.
            _isStarted = true;
            Execute(Seen, isHidden: true, () => PushScans(rowsMax));
            return BackfillStep.More;
        }

        if (_sources.TryPeek(out var source))
        {
            return Read(source, rowsMax);
        }

        if (Waiting > (long)rowsMax * _growth)
        {
            Follow((long)rowsMax * _growth);
            return BackfillStep.More;
        }

        Follow(long.MaxValue);
        // Watermarks stood still meanwhile, at their beginning, as rows come in any order. Now what they have passed is closed.
        Execute(Seen, isHidden: false, static () => { });
        return BackfillStep.Done;
    }

    public void Dispose()
    {
        foreach (var (tap, upstream, _) in _taps)
        {
            upstream.Disconnect(tap);
            tap.Drop();
        }

        _taps.Clear();
        while (_sources.TryDequeue(out var source))
        {
            source.Dispose();
        }

        _pin.Dispose();
    }

    private void AddScans(RelationOutput relation, ScanPoint[] points)
    {
        if (points.Length == 0)
        {
            return;
        }

        if (relation.Arrangements is { } arrangements)
        {
            for (int part = 0; part < arrangements.Length; part++)
            {
                int index = part;
                _scans.Add(new RelationScan(
                    arrangements[part], Seen, _lane.Graph.Parts[part].Context, [.. points.Select(p => p.Gates[index])]));
            }
        }
        else if (_lane.Feeds.FirstOrDefault(f => f.SourceId == relation.RelationId && f.Delivery is null) is { IsOpen: true } feed)
        {
            _sources.Enqueue(new SourceScan(_lane, feed, points));
        }
    }

    private ReadPin Pin(long tick) => ReadPin.At(_lane.Epochs, _lane.Pins, tick)
        ?? throw new SqlException(SqlState.InternalError, $"tick {tick} cannot be pinned to build \"{_view.Name}\"");

    private void PushScans(int rowsMax)
    {
        int share = rowsMax == SliceRows ? rowsMax : Math.Max(RowsGrain, rowsMax / Math.Max(1, _scans.Count) / RowsGrain * RowsGrain);
        for (int i = _scans.Count - 1; i >= 0; i--)
        {
            long pushed = _scans[i].Push(share);
            StepRows += pushed;
            if (pushed == 0)
            {
                _scans.RemoveAt(i);
            }
        }
    }

    private BackfillStep Read(SourceScan source, int rowsMax)
    {
        switch (source.TryRead(rowsMax, out var chunk))
        {
            case SourceScanStatus.Data:
                using (chunk)
                {
                    Execute(Seen, isHidden: true, () => StepRows = source.Push(chunk!));
                }

                return BackfillStep.More;
            case SourceScanStatus.Ended:
                _sources.Dequeue().Dispose();
                return BackfillStep.More;
            default:
                return BackfillStep.Waiting;
        }
    }

    /// <summary>Takes whole ticks of what has changed meanwhile, the oldest first, until they have so many rows.</summary>
    private void Follow(long rowsMax)
    {
        long waiting = Waiting;
        // Changes that come as fast as they are taken are taken in larger steps, so that it ends.
        _growth = waiting >= _waitedFor ? _growth * 2 : _growth;
        _waitedFor = waiting;
        long to = Seen;
        while (waiting > 0 && StepRows < rowsMax)
        {
            to = _taps.Min(t => t.Tap.NextTick);
            foreach (var (tap, _, gates) in _taps)
            {
                while (tap.NextTick == to)
                {
                    var rows = tap.Take();
                    StepRows += rows.RowCount;
                    for (int times = _lane.Graph.Hook?.TimesFollowed ?? 1; times > 0; times--)
                    {
                        _taken.Add((rows, gates));
                    }
                }
            }

            waiting = Waiting;
        }

        // What changed nothing that is kept for the view has been seen, too.
        to = waiting == 0 ? _lane.CurrentTick : to;
        if (_taken.Count > 0)
        {
            Execute(to, isHidden: true, PushTaken);
            _taken.Clear();
            _taps.ForEach(t => t.Tap.Release());
        }

        var seen = Pin(to);
        _pin.Dispose();
        _pin = seen;
    }

    private void PushTaken()
    {
        foreach (var (rows, gates) in _taken)
        {
            for (int start = 0; start < rows.RowCount; start += Batch.RowsMax)
            {
                var vector = rows.RowCount <= Batch.RowsMax
                    ? rows : BatchSlice.Of(rows, start, Math.Min(Batch.RowsMax, rows.RowCount - start));
                foreach (var gate in gates)
                {
                    gate.Push(0, vector);
                }
            }
        }
    }
}
