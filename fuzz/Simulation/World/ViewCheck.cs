using Vectorized.Fuzz.Comparison;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>A view equals its query, computed anew at the same epoch.</summary>
internal static class ViewCheck
{
    internal static void Check(Client client, Schema schema, SchemaObject view, string query)
    {
        client.Must("BEGIN");
        var held = client.Run($"SELECT * FROM {view.Name}");
        var computed = held.Succeeded ? client.Run(query) : held;
        client.Must("ROLLBACK");
        if (!schema.Comparable.Contains((view, query)))
        {
            // It was dropped meanwhile, or what fills it was.
            return;
        }

        if (!held.Succeeded || !computed.Succeeded)
        {
            // A query that fails over its rows is its own affair; a view that cannot be read is not.
            var wrong = held.Succeeded ? computed : held;
            if (view.MayFail && wrong.SqlState is ['2', '1' or '2', ..] or "55000")
            {
                return;
            }

            throw new SimulationFailure($"view {view.Name} cannot be checked: {wrong.SqlState} {wrong.Message}\n  {query}");
        }

        if (Comparer.Compare(held, computed, isOrdered: false, out string difference) == Verdict.Different)
        {
            throw new SimulationFailure($"view {view.Name} differs from its query (ours: the view)\n  {query}\n{difference}");
        }
    }

    /// <summary>All views that are there.</summary>
    internal static void CheckAll(Client client, Schema schema)
    {
        foreach (var (view, query) in schema.Comparable.ToList())
        {
            Check(client, schema, view, query);
        }
    }
}
