using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Feeds a new view what its inputs already hold, before it is attached: stored relations as of the last tick, in slices
/// of <see cref="SliceRows"/> rows a tick (arrangements that it is the first to share come before, quiet scans get
/// nothing), then sources from their startup position to where the running feed stands,
/// read by a reader of its own. Runs on the main lane between ticks, so that the inputs stand still meanwhile; the ticks it
/// executes involve the new operators only and are seen by nobody.
/// </summary>
internal sealed class Backfill(MainLane lane, ViewInstance view)
{
    private const int SliceRows = 1 << 16;

    /// <summary>What a stopped source is given to produce before the statement is refused.</summary>
    private const long SourceSilenceNanosMax = 10_000_000_000;

    internal void Run()
    {
        foreach (var shared in view.Shared.Where(s => !s.IsFilled))
        {
            new Backfill(lane, shared.Owner).Run();
            GraphBuilder.Attach(shared.Owner);
            shared.IsFilled = true;
        }

        // Watermarks stand still meanwhile, at their beginning: rows come in any order.
        lane.Graph.Watermarks.IsHidden = true;
        try
        {
            Fill();
        }
        finally
        {
            lane.Graph.Watermarks.IsHidden = false;
        }

        // Now what they have passed is closed.
        lane.BeginInternalTick();
        EndTick();
    }

    private void Fill()
    {
        long asOf = lane.CurrentTick;
        var scans = OpenScans(asOf);
        bool any;
        do
        {
            // At least one tick runs also over empty inputs: a global aggregate has a row from the start.
            lane.BeginInternalTick();
            any = false;
            foreach (var scan in scans)
            {
                any |= scan.PushSlice(SliceRows);
            }

            EndTick();
        }
        while (any);

        foreach (var scan in view.Scans.GroupBy(s => s.RelationId))
        {
            if (lane.Feeds.FirstOrDefault(f => f.SourceId == scan.Key && f.Delivery is null) is { IsOpen: true } feed)
            {
                CatchUp(feed, [.. scan]);
            }
        }
    }

    private List<RelationScan> OpenScans(long asOf)
    {
        var scans = new List<RelationScan>();
        foreach (var points in view.Scans.Where(s => !s.IsQuiet).GroupBy(s => s.Relation))
        {
            if (points.Key.Arrangements is not { } arrangements)
            {
                continue;
            }

            for (int part = 0; part < arrangements.Length; part++)
            {
                int index = part;
                scans.Add(new RelationScan(
                    arrangements[part], asOf, lane.Graph.Parts[part], [.. points.Select(p => p.Gates[index])]));
            }
        }

        return scans;
    }

    /// <summary>Reads a source from its start up to exactly where its feed stands.</summary>
    private void CatchUp(SourceFeed feed, ScanPoint[] points)
    {
        // The source's watermark begins anew with the rows from its start.
        var intake = lane.Graph.Relation(feed.SourceId).Intake?.Fresh();
        using var reader = feed.Connector.Open(feed.Definition, lane.Environment, [], feed.Positions);
        long silentSince = lane.Environment.Host.Clock.MonotonicNanos;
        while (true)
        {
            var status = reader.TryRead(SliceRows, out var chunk);
            intake?.Gate?.Expect(reader.Splits, lane.Now);
            long now = lane.Environment.Host.Clock.MonotonicNanos;
            switch (status)
            {
                case SourceReadStatus.Data:
                    silentSince = now;
                    using (chunk)
                    {
                        lane.BeginInternalTick();
                        var rows = chunk!.Rows.Batch;
                        rows = intake?.Take(rows, chunk.Split, lane.Graph.Parts[0].Context) ?? rows;
                        for (int start = 0; start < rows.RowCount; start += Batch.RowsMax)
                        {
                            var slice = BatchSlice.Of(rows, start, Math.Min(Batch.RowsMax, rows.RowCount - start));
                            foreach (var point in points)
                            {
                                point.Gates[0].Push(0, slice);
                            }
                        }

                        EndTick();
                    }

                    break;
                case SourceReadStatus.Ended:
                    return;
                case SourceReadStatus.Failed:
                    throw new SqlException(
                        SqlState.ObjectNotInPrerequisiteState,
                        $"source \"{feed.Definition.Name}\" cannot be read from its start: {reader.Problem}");
                default:
                    if (now - silentSince > SourceSilenceNanosMax)
                    {
                        throw new SqlException(
                            SqlState.ObjectNotInPrerequisiteState,
                            $"source \"{feed.Definition.Name}\" has sent nothing for 10 s while it was read from its start: "
                            + (reader.Problem ?? "no reason known"));
                    }

                    lane.WaitForSignal(millisecondsMax: 5);
                    break;
            }
        }
    }

    private void EndTick()
    {
        foreach (var point in view.Scans)
        {
            foreach (var gate in point.Gates)
            {
                gate.EndTick(0);
            }
        }

        foreach (var root in view.Roots.OrderBy(r => r.Level))
        {
            root.Root.Deliver();
        }

        if (view.Failure.Cause is { } cause)
        {
            throw view.Failure.IsOutOfMemory
                ? new SqlException(SqlState.OutOfMemory, $"out of memory: \"{view.Name}\" does not fit: {cause.Message}")
                : cause as SqlException ?? new SqlException(SqlState.InternalError, cause.Message);
        }

        lane.Pressure.CheckBuild(view.Name);
    }

    /// <summary>One part of one stored relation, walked slice by slice into the gates that read it.</summary>
    private sealed class RelationScan(Arrangement arrangement, long asOf, GraphPart part, ViewGate[] gates)
    {
        private readonly ArrangementScan _scan =
            arrangement.Scan(asOf, [.. Enumerable.Range(0, arrangement.Spec.Columns.Count)]);

        /// <summary>Pushes at least one vector unless the end is reached; false at the end.</summary>
        internal bool PushSlice(int rowsMax)
        {
            int pushed = 0;
            while (pushed < rowsMax)
            {
                var batch = part.Context.Batches.Take(0, 0);
                if (!_scan.Next(batch, part.Context.TickArena))
                {
                    break;
                }

                pushed += batch.RowCount;
                foreach (var gate in gates)
                {
                    gate.Push(0, batch);
                }
            }

            return pushed > 0;
        }
    }
}
