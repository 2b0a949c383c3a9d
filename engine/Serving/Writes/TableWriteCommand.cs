using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// One writing statement in the commit stage of a tick. Rows that needed no relation were computed before; the others are
/// computed here, as of the last tick, with nothing written in between: no update is lost, whoever else writes.
/// </summary>
internal sealed class TableWriteCommand(Database database, WritePlan plan, WriteInputs inputs) : WriteCommand
{
    /// <summary>Rows inserted, updated or deleted; valid once published.</summary>
    internal long AffectedRows { get; private set; }

    /// <summary>RETURNING's rows, or null; owned by whoever takes them.</summary>
    internal OwnedBatch? Returned { get; private set; }

    internal override bool CanJoin(LaneTick tick)
    {
        // A key conflict that is not simply overwritten reads the table.
        bool readsTable = plan.Kind != WriteKind.Insert || plan.OnConflict != ConflictBehaviour.Overwrite;
        return !(readsTable && tick.HasWritten(plan.Table.Id)) && !plan.Reads.Any(tick.HasWritten);
    }

    internal override void Run(LaneTick tick)
    {
        var current = database.Catalog.Find(plan.Table.Id) as CatalogRelation
            ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{plan.Table.Name}\" does not exist");
        _ = RelationAccess.Get(database, current.Id);
        var rows = inputs.Rows ?? ReadRows(tick);
        try
        {
            if (plan.Kind == WriteKind.Insert && plan.OnConflict == ConflictBehaviour.DoNothing && plan.Table.PrimaryKey.Count > 0)
            {
                rows = ConflictFilter.KeepNew(database, plan.Table, rows);
            }

            TableRows.CheckNotNull(plan.Table, rows.Batch);
            if (plan.Kind == WriteKind.Insert)
            {
                database.FillRowIds(plan.Table, rows.Batch);
                TableRows.FillArrivalTimes(plan.Table, rows.Batch, tick.Record.NowMicros);
            }

            AffectedRows = plan.Kind == WriteKind.Update ? rows.Batch.RowCount / 2 : rows.Batch.RowCount;
            Returned = Return(rows.Batch, tick.Record.NowMicros);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        tick.Write(plan.Table.Id, rows.Batch, rows);
    }

    /// <summary>Runs the source plan as of the last tick. Update: all old rows (weight -1), then all new ones.</summary>
    private OwnedBatch ReadRows(LaneTick tick) =>
        WriteRows.Compute(database, plan, inputs, tick.Record.Number - 1, tick.Record.NowMicros, CancellationToken.None);

    private OwnedBatch? Return(Batch rows, long nowMicros)
    {
        if (plan.ReturningColumns is not { } columns)
        {
            return null;
        }

        var arena = new Arena();
        var wanted = plan.Kind == WriteKind.Update ? NewRows(rows, arena) : rows;
        var context = new EvaluationContext(arena)
        {
            NowMicros = nowMicros,
            Parameters = inputs.Parameters,
            Session = inputs.Session,
        };
        var result = new Batch().Reset(wanted.RowCount, columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            var value = default(Vector);
            CompiledExpression.Compile(plan.Returning[i]).Evaluate(context, wanted, ref value);
            result[i] = BatchCopy.Into(arena, Kernels.TakeKernel.Flatten(value, arena));
        }

        return new OwnedBatch(result, arena);
    }

    /// <summary>The second half of an update's changes.</summary>
    private static Batch NewRows(Batch rows, Arena arena)
    {
        int half = rows.RowCount / 2;
        var take = new int[half];
        for (int i = 0; i < half; i++)
        {
            take[i] = half + i;
        }

        var result = new Batch().Reset(half, rows.ColumnCount);
        for (int i = 0; i < rows.ColumnCount; i++)
        {
            result[i] = Kernels.TakeKernel.Take(rows[i], take, arena);
        }

        return result;
    }
}

/// <summary>What a writing statement brings along: parameters, session values, and its rows if they needed no relation.</summary>
internal sealed record WriteInputs(IReadOnlyList<Datum> Parameters, SessionValues Session, OwnedBatch? Rows);
