namespace Vectorized.Engine.Catalog;

/// <summary>Where the process stands against its memory limit; 0 as limit: none.</summary>
public readonly record struct MemoryTotals(
    long LimitBytes, long ResidentBytes, long HeldBytes, long CachedBytes, bool IsThrottled, string State);

/// <summary>What one operator of a relation holds in one part.</summary>
/// <param name="RelationId">The relation it belongs to; negative: an arrangement that joins of several views share.</param>
/// <param name="RelationName">Its name.</param>
/// <param name="Position">Its place among the relation's operators, upstream first.</param>
/// <param name="Operator">What it is.</param>
/// <param name="Form">The specialised form that runs.</param>
/// <param name="Rows">Rows or groups kept.</param>
/// <param name="Bytes">Native memory.</param>
public readonly record struct OperatorMemory(
    int RelationId, string RelationName, int Position, string Operator, string Form, long Rows, long Bytes);

/// <summary>rw_catalog.rw_memory, rw_operator_memory, rw_suspended: who holds memory, and what stands still.</summary>
internal static class MemoryRows
{
    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("rw_catalog.rw_memory", Totals);
        rows.Add("rw_catalog.rw_operator_memory", Operators);
        rows.Add("rw_catalog.rw_suspended", Suspended);
    }

    private static void Totals(SystemContext context, SystemRowWriter writer)
    {
        if (context.Memory?.Invoke() is { } totals)
        {
            writer.Row(
                ("limit_bytes", totals.LimitBytes > 0 ? totals.LimitBytes : null), ("resident_bytes", totals.ResidentBytes),
                ("held_bytes", totals.HeldBytes), ("cached_bytes", totals.CachedBytes), ("sources_throttled", totals.IsThrottled),
                ("state", totals.State));
        }
    }

    private static void Operators(SystemContext context, SystemRowWriter writer)
    {
        foreach (var item in context.OperatorMemory?.Invoke() ?? [])
        {
            writer.Row(
                ("relation_id", item.RelationId), ("relation_name", item.RelationName), ("position", item.Position),
                ("operator", item.Operator), ("form", item.Form), ("rows", item.Rows), ("bytes", item.Bytes));
        }
    }

    private static void Suspended(SystemContext context, SystemRowWriter writer)
    {
        foreach (var item in context.Catalog.Objects.Values.OfType<SchemaObject>().Where(o => o.Suspended is not null).OrderBy(o => o.Id))
        {
            writer.Row(
                ("id", item.Id), ("schema_name", context.Catalog.SchemaNameOf(item)), ("name", item.Name), ("kind", item.KindName),
                ("cause_id", item.Suspended!.RootId), ("reason", item.Suspended.Reason), ("has_rows", !item.Suspended.IsEmpty));
        }
    }
}
