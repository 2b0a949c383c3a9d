using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Queries;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>The first rows of a new table: an INSERT's plan over the catalog that has the table.</summary>
internal sealed record TableFill(WritePlan Plan, SessionValues Values)
{
    /// <summary>The rows as of the last tick, numbered. Main lane; the caller disposes them.</summary>
    internal OwnedBatch Compute(Database database, CatalogSnapshot catalog)
    {
        var lane = database.Lane;
        var inputs = new WriteInputs([], Values with { Catalog = catalog }, (ulong)lane.CurrentTick);
        var view = new ReadView(database.Stored, lane.CurrentTick);
        var rows = WriteRows.Compute(database, Plan, inputs, view, lane.Now, CancellationToken.None).Rows;
        try
        {
            lane.Pressure.Admit(rows.Arena.Bytes);
            database.RowIds.FillMissing(Plan.Table, rows.Batch);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
