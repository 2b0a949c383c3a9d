using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Queries;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// Rows that come to a table by a sink or a connector as its changes: columns they lack take their defaults and generated values as of
/// the tick, row ids are numbered, NOT NULL and the table's conflict behaviour hold as for INSERT. Main lane only; made
/// again when the table's columns change.
/// </summary>
internal sealed class TableSink : SinkDelivery
{
    private readonly Database _database;
    private readonly CatalogRelation _table;
    private readonly CompiledProjection _row;
    private readonly WritePlan _plan;
    private readonly WriteInputs _inputs = new([], SessionValues.Default, 0);

    /// <param name="database">The database.</param>
    /// <param name="catalog">What defaults are bound by.</param>
    /// <param name="table">The table.</param>
    /// <param name="targets">Positions in the table of the rows' leading columns.</param>
    /// <param name="types">Types of these columns as they come.</param>
    internal TableSink(
        Database database, CatalogSnapshot catalog, CatalogRelation table, IReadOnlyList<int> targets, IReadOnlyList<Types.SqlType> types)
    {
        _database = database;
        _table = table;
        var nothing = new ValuesNode([]) { Columns = [], Properties = new StreamProperties(StreamKind.AppendOnly, null) };
        _plan = new WritePlan(WriteKind.Insert, table, nothing, WritePlanner.OfTable(table));
        var planner = new Planner(database.Functions, catalog, SessionValues.Default with { Catalog = catalog }, NoStatistics.Instance);
        var row = planner.CompletedRow(table, targets, types);
        _row = CompiledProjection.Compile([.. row.Select((e, i) =>
            e ?? new ConstantExpression(Types.Datum.OfInt64(0), table.Columns[i].Type))]);
    }

    internal static TableSink Of(Database database, CatalogSnapshot catalog, CatalogSink sink, CatalogRelation table) => new(
        database, catalog, table, sink.IntoColumns, [.. sink.Columns.Take(sink.IntoColumns.Count).Select(c => c.Type)]);

    internal override int TableId => _table.Id;

    internal override OwnedBatch? Changes(Batch rows, long nowMicros)
    {
        var changes = Completed(rows, nowMicros);
        try
        {
            if (_plan.Conflict != InsertConflict.UpdateIfNotNull)
            {
                Constraints.CheckNotNull(_table, changes.Batch);
            }

            if (_plan.ReadsTarget)
            {
                var view = new ReadView(_database.Stored, _database.Lane.CurrentTick);
                var proposed = changes;
                changes = new InsertConflicts(_plan, _inputs, view, _database.HashSeed, nowMicros).Resolve(proposed.Batch);
                proposed.Dispose();
                Constraints.CheckNotNull(_table, changes.Batch);
            }

            _database.RowIds.FillMissing(_table, changes.Batch);
            TableRows.FillArrivalTimes(_table, changes.Batch, nowMicros);
        }
        catch
        {
            changes.Dispose();
            throw;
        }

        return changes;
    }

    private OwnedBatch Completed(Batch rows, long nowMicros)
    {
        using var scratch = new Arena();
        var context = new EvaluationContext(scratch) { NowMicros = nowMicros };
        var completed = new Batch().Reset(rows.RowCount, _table.Columns.Count);
        _row.Evaluate(context, rows, completed);
        var arena = new Arena();
        for (int i = 0; i < completed.ColumnCount; i++)
        {
            completed[i] = BatchCopy.Into(arena, TakeKernel.Flatten(completed[i], scratch));
        }

        if (rows.HasWeights)
        {
            var weights = arena.Allocate<long>(rows.RowCount);
            rows.Weights.CopyTo(weights);
            completed.SetWeights(weights);
        }

        return new OwnedBatch(completed, arena);
    }
}
