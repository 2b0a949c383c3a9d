using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving;

/// <summary>Who holds memory, for the system relations and /metrics. Any thread; figures are approximate while ticks run.</summary>
internal static class MemoryReport
{
    internal static MemoryTotals Totals(Database database)
    {
        var lane = database.Lane;
        return new MemoryTotals(
            lane.Memory.LimitBytes, lane.Memory.Measure(), BlockPool.LiveBytes, BlockPool.CachedBytes, lane.Pressure.IsThrottled,
            !lane.Memory.IsLimited ? "unlimited" : lane.Pressure.IsStuck ? "full" : lane.Pressure.IsThrottled ? "short" : "fine");
    }

    /// <summary>Tables, views and sinks with their operators, shared arrangements, indexes; what holds nothing is left out.</summary>
    internal static IEnumerable<OperatorMemory> ByOperator(Database database)
    {
        var graph = database.Lane.Graph;
        var rows = new List<OperatorMemory>();
        foreach (var relation in database.Stored.Values.OrderBy(r => r.Relation.Id))
        {
            int id = relation.Relation.Id;
            string name = relation.Relation.Name;
            if (graph.Running.All(v => v.RelationId != id))
            {
                Add(rows, id, name, 0, "rows", "", relation.Arrangements);
            }

            foreach (var index in relation.Indexes)
            {
                Add(rows, index.Definition.Id, index.Definition.Name, 0, "index", "", index.Arrangements);
            }
        }

        var shared = new HashSet<ViewInstance>();
        foreach (var view in graph.Running)
        {
            AddOperators(rows, view);
            foreach (var owner in view.Shared.ToArray().Select(s => s.Owner).Where(shared.Add))
            {
                AddOperators(rows, owner);
            }
        }

        return rows;
    }

    private static void Add(
        List<OperatorMemory> rows, int id, string name, int position, string what, string form, Arrangement[] arrangements) =>
        rows.Add(new OperatorMemory(
            id, name, position, what, form, arrangements.Sum(a => a.LiveRows), arrangements.Sum(a => a.LiveBytes)));

    /// <summary>By operator, its parts added up: the parts have the same operators in the same order.</summary>
    private static void AddOperators(List<OperatorMemory> rows, ViewInstance view)
    {
        // The lane may take the view down meanwhile: then some are gone.
        Operator?[] operators = [.. view.Operators];
        var positions = new Dictionary<int, int>();
        var sums = new SortedDictionary<int, OperatorMemory>();
        foreach (var op in operators.OfType<Operator>())
        {
            int position = positions.GetValueOrDefault(op.Part);
            positions[op.Part] = position + 1;
            var size = op.MeasureState();
            if (size is not { Rows: 0, Bytes: 0 })
            {
                var sum = sums.GetValueOrDefault(position, new OperatorMemory(
                    view.RelationId, view.Name, position, op.GetType().Name.Replace("Operator", ""), op.Form, 0, 0));
                sums[position] = sum with { Rows = sum.Rows + size.Rows, Bytes = sum.Bytes + size.Bytes };
            }
        }

        rows.AddRange(sums.Values);
    }
}
