using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// Turns a statement's own rows into changes of its table as the view shows it: conflicts of keys are decided, constraints
/// checked, row ids given. The same in the commit stage, over the live table, and in a block, over its epoch and own
/// writes.
/// </summary>
internal static class WriteResolver
{
    /// <summary>Takes the rows over. What it raises leaves nothing behind.</summary>
    /// <param name="plan">The statement.</param>
    /// <param name="inputs">Its parameters and session.</param>
    /// <param name="computed">As <see cref="WriteRows"/> computed them.</param>
    /// <param name="view">The table's rows that count.</param>
    /// <param name="hashSeed">The database's.</param>
    /// <param name="nowMicros">now() in RETURNING and in ON CONFLICT DO UPDATE.</param>
    /// <param name="join">Gives new rows what they get on arrival: row ids, times.</param>
    internal static ResolvedWrite Resolve(
        WritePlan plan, WriteInputs inputs, ComputedRows computed, ReadView view, ulong hashSeed, long nowMicros,
        Action<Catalog.CatalogRelation, Batch> join)
    {
        var rows = computed.Rows;
        OwnedBatch? kept = null;
        try
        {
            long affected;
            switch (plan.Kind)
            {
                case WriteKind.Insert:
                    if (plan.Conflict != InsertConflict.UpdateIfNotNull)
                    {
                        Constraints.CheckNotNull(plan.Table, rows.Batch);
                    }

                    if (plan.ReadsTarget)
                    {
                        kept = new InsertConflicts(plan, inputs, view, hashSeed, nowMicros).Resolve(rows.Batch);
                        Constraints.CheckNotNull(plan.Table, kept.Batch);
                        rows.Dispose();
                        rows = kept;
                        kept = null;
                    }

                    join(plan.Table, rows.Batch);
                    affected = rows.Batch.RowCount;
                    break;
                case WriteKind.Update:
                    Constraints.CheckNotNull(plan.Table, rows.Batch);
                    int half = rows.Batch.RowCount / 2;
                    using (var halves = new Arena())
                    {
                        Constraints.CheckMovedKeys(
                            plan.Table, view, hashSeed, Half(rows.Batch, 0, half, halves), Half(rows.Batch, half, half, halves));
                    }

                    affected = half;
                    break;
                default:
                    affected = rows.Batch.RowCount;
                    break;
            }

            return new ResolvedWrite(rows, affected, computed.Returned ?? Return(plan, inputs, rows.Batch, nowMicros));
        }
        catch
        {
            kept?.Dispose();
            rows.Dispose();
            computed.Returned?.Dispose();
            throw;
        }
    }

    private static OwnedBatch? Return(WritePlan plan, WriteInputs inputs, Batch rows, long nowMicros)
    {
        if (plan.ReturningColumns is not { } columns)
        {
            return null;
        }

        var arena = new Arena();
        int half = rows.RowCount / 2;
        var wanted = plan.Kind == WriteKind.Update ? Half(rows, half, half, arena) : rows;
        var context = new EvaluationContext(arena)
        {
            NowMicros = nowMicros,
            Parameters = inputs.Parameters,
            Session = inputs.Session,
            Seed = inputs.Seed + 1,
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

    /// <summary>Some rows after one another, without weights: the old or the new half of an update's changes.</summary>
    private static Batch Half(Batch rows, int start, int count, Arena arena)
    {
        var take = arena.Allocate<int>(count);
        for (int i = 0; i < count; i++)
        {
            take[i] = start + i;
        }

        return TableRows.Take(rows, take, arena);
    }
}
