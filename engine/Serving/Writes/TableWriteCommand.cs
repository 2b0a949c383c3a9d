using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// One writing statement in the commit stage of a tick, outside of a block. Either its rows were computed before, at an
/// epoch the caller still pins, and their targets must stand as they did then (<see cref="WriteMismatch"/>, nothing
/// written); or it is short and computes them here, over the live tables with nothing written in between. Either
/// way no update is lost, whoever else writes.
/// </summary>
internal sealed class TableWriteCommand(Database database, WritePlan plan, WriteInputs inputs)
    : WriteCommand(database.Host.Threads), IDisposable
{
    private ComputedRows? _rows;
    private long _epoch;
    private long _nowMicros;

    internal override IReadOnlyList<int> Tables => [plan.Table.Id];

    /// <summary>Rows inserted, updated or deleted; valid once published.</summary>
    internal long AffectedRows { get; private set; }

    /// <summary>RETURNING's rows, or null; owned by whoever takes them.</summary>
    internal OwnedBatch? Returned { get; private set; }

    /// <summary>Rows computed at an epoch that stays pinned until the command has run.</summary>
    internal void Bring(ComputedRows rows, long epoch)
    {
        _rows = rows;
        _epoch = epoch;
    }

    internal override bool CanJoin(LaneTick tick)
    {
        bool readsTarget = plan.ReadsTarget || plan.ChecksTargets;
        return !(readsTarget && tick.HasWritten(plan.Table.Id)) && (_rows is not null || !plan.Reads.Any(tick.HasWritten));
    }

    internal override void Run(LaneTick tick)
    {
        if (!database.Stored.TryGetValue(plan.Table.Id, out var table)
            || !ReferenceEquals(table.Relation.Columns, plan.Table.Columns))
        {
            // Altered or dropped since it was planned: planned again, it knows.
            throw new WriteMismatch();
        }

        _ = RelationAccess.Get(database.Stored, plan.Table.Id);

        _nowMicros = tick.Record.NowMicros;
        long now = tick.Record.Number - 1;
        if (_rows is { } brought && plan.ChecksTargets
            && TargetCheck.FindChanged(database, table, brought.Rows.Batch, plan.TargetKey, _epoch, now) >= 0)
        {
            throw new WriteMismatch();
        }

        var view = new ReadView(database.Stored, now);
        var rows = _rows ??= WriteRows.Compute(database, plan, inputs, view, tick.Record.NowMicros, CancellationToken.None);
        if (plan.Kind != WriteKind.Delete)
        {
            tick.Lane.Pressure.Admit(rows.Rows.Arena.Bytes);
        }

        _rows = null;
        var resolved = WriteResolver.Resolve(
            plan, inputs, rows, view, database.HashSeed, tick.Record.NowMicros, Join);
        AffectedRows = resolved.AffectedRows;
        Returned = resolved.Returned;
        tick.Write(plan.Table.Id, resolved.Changes.Batch, resolved.Changes);
    }

    /// <summary>What rows get as they join the tick: ids, and the time of arrival where a column asks for it.</summary>
    private void Join(CatalogRelation table, Batch rows)
    {
        database.RowIds.FillMissing(table, rows);
        TableRows.FillArrivalTimes(table, rows, _nowMicros);
    }

    /// <summary>Gives up rows that were never taken over, and RETURNING's.</summary>
    public void Dispose()
    {
        _rows?.Dispose();
        _rows = null;
        Returned?.Dispose();
        Returned = null;
    }
}
