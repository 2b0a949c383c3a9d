using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>What a writing statement brings along: parameters, session values, the seed of its volatile functions.</summary>
internal sealed record WriteInputs(IReadOnlyList<Datum> Parameters, SessionValues Session, ulong Seed)
{
    /// <summary>What the statement may hold, in bytes; 0: its usual share of the limit.</summary>
    internal long MemoryBytes { get; init; }
}

/// <summary>
/// A writing statement's rows: the changes of its table, in order, with weights where there are deletions; and RETURNING's
/// where the source computes them. Owned by whoever has it.
/// </summary>
internal sealed record ComputedRows(OwnedBatch Rows, OwnedBatch? Returned = null) : IDisposable
{
    public void Dispose()
    {
        Rows.Dispose();
        Returned?.Dispose();
    }
}

/// <summary>Computes a writing statement's rows.</summary>
internal static class WriteRows
{
    /// <summary>Runs the source plan. Update: all old rows (weight -1), then all new ones in the same order.</summary>
    internal static ComputedRows Compute(
        Database database, WritePlan plan, WriteInputs inputs, ReadView view, long nowMicros, CancellationToken cancellation)
    {
        var queryInputs = new QueryInputs(database, view, inputs.Parameters, inputs.Session, nowMicros) { Seed = inputs.Seed };
        using var use = MemoryAccount.Enter(
            new QueryMemory(database.Lane.Memory, inputs.MemoryBytes, plan.Kind.ToString().ToUpperInvariant()));
        using var driver = new QueryDriver(plan.Source, queryInputs, cancellation);
        var first = TableRows.Builder(plan.Table);
        var second = plan.Kind == WriteKind.Update ? TableRows.Builder(plan.Table) : null;
        var returned = plan.ReturnsSourceColumns
            ? new BatchBuilder([.. plan.ReturningColumns!.Select(c => c.Type)])
            : null;
        try
        {
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

                AppendReturned(returned, batch);
            }

            if (second is not null)
            {
                TableRows.Append(first, plan.Table, second.Build().Batch, 0, withRowId: true, weight: 1, repeat: false);
            }

            return new ComputedRows(first.Build(), returned?.Build());
        }
        catch
        {
            first.Arena.Dispose();
            returned?.Arena.Dispose();
            throw;
        }
        finally
        {
            second?.Arena.Dispose();
        }
    }

    private static void AppendReturned(BatchBuilder? into, Batch batch)
    {
        if (into is null)
        {
            return;
        }

        int start = batch.ColumnCount - into.ColumnCount;
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < into.ColumnCount; column++)
            {
                into[column].AppendFrom(batch[start + column], row);
            }

            into.EndRow();
        }
    }
}
