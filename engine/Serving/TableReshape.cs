using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving;

/// <summary>
/// ALTER TABLE that adds columns or changes their types: the table's rows are written into new arrangements, in an internal
/// tick of their own, and its operators go on with those. Positions of columns stay, so what reads the table is not
/// touched and sees no change. Main lane, between ticks; O(rows).
/// </summary>
internal sealed class TableReshape(Database database, CatalogSnapshot after, CatalogRelation table, StoredRelation old)
{
    /// <summary>Whether stored rows of one definition are none of the other.</summary>
    internal static bool IsNeeded(CatalogRelation before, CatalogRelation after) =>
        before.Kind == RelationKind.Table
        && (before.Columns.Count != after.Columns.Count
            || before.Columns.Where((c, i) => !c.Type.Equals(after.Columns[i].Type)).Any());

    /// <summary>Fills the arrangements, which are new and have the table's columns.</summary>
    internal void Fill(Arrangement[] arrangements)
    {
        var lane = database.Lane;
        var planner = new Planner(
            database.Functions, after, SessionValues.Default with { Catalog = after }, NoStatistics.Instance);
        var row = CompiledProjection.Compile(planner.ReshapedRow(old.Relation, table));
        int[] columns = [.. Enumerable.Range(0, old.Relation.Columns.Count)];
        long asOf = lane.CurrentTick;
        bool any = true;
        var scans = old.Arrangements.Select(a => a.Scan(asOf, columns)).ToArray();
        while (any)
        {
            any = false;
            lane.BeginInternalTick();
            for (int part = 0; part < arrangements.Length; part++)
            {
                any |= FillSlice(lane.Graph.Parts[part], scans[part], row, arrangements[part]);
            }
        }
    }

    /// <summary>Some vectors of one part; false at its end.</summary>
    private bool FillSlice(GraphPart part, ArrangementScan scan, CompiledProjection row, Arrangement into)
    {
        const int VectorsMax = 16;
        var context = part.Context;
        for (int i = 0; i < VectorsMax; i++)
        {
            var batch = context.Batches.Take(0, 0);
            if (!scan.Next(batch, context.TickArena))
            {
                return false;
            }

            var reshaped = context.Batches.Take(batch.RowCount, table.Columns.Count);
            row.Evaluate(context.Evaluation, batch, reshaped);
            for (int c = 0; c < reshaped.ColumnCount; c++)
            {
                reshaped[c] = TakeKernel.Flatten(reshaped[c], context.TickArena);
            }

            Writes.Constraints.CheckNotNull(table, reshaped);
            into.Apply(reshaped, context.Tick);
        }

        return true;
    }
}
