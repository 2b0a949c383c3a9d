using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving.Queries;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>Computes a writing statement's rows: the changes of its table, in order, with weights where there are deletions.</summary>
internal static class WriteRows
{
    internal static OwnedBatch Compute(
        Database database, WritePlan plan, WriteInputs inputs, long asOfTick, long nowMicros, CancellationToken cancellation)
    {
        var queryInputs = new QueryInputs(database, asOfTick, inputs.Parameters, inputs.Session, nowMicros);
        using var driver = new QueryDriver(plan.Source, queryInputs, cancellation);
        var first = TableRows.Builder(plan.Table);
        var second = plan.Kind == WriteKind.Update ? TableRows.Builder(plan.Table) : null;
        int width = plan.Table.Columns.Count;
        while (driver.Next() is { } batch)
        {
            switch (plan.Kind)
            {
                case WriteKind.Insert:
                    TableRows.Append(first, plan.Table, batch, 0, withRowId: false, weight: 1, repeat: true);
                    break;
                case WriteKind.Delete:
                    TableRows.Append(first, plan.Table, batch, 0, withRowId: true, weight: -1, repeat: false);
                    break;
                default:
                    TableRows.Append(first, plan.Table, batch, 0, withRowId: true, weight: -1, repeat: false);
                    TableRows.Append(second!, plan.Table, batch, width, withRowId: true, weight: 1, repeat: false);
                    break;
            }
        }

        if (second is null)
        {
            return first.Build();
        }

        using var added = second.Build();
        TableRows.Append(first, plan.Table, added.Batch, 0, withRowId: true, weight: 1, repeat: false);
        return first.Build();
    }
}
