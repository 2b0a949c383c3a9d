using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Plans a materialized view: the query's plan, its key completed by hidden trailing columns where the visible ones hold
/// none (an append-only bag needs no key), and the materialization on top. ORDER BY without LIMIT means nothing here.
/// </summary>
internal static class ViewPlanning
{
    public static PlannedView Plan(
        Planner planner, BindContext context, BoundQuery bound, IReadOnlyList<string> names, int relationId,
        string relationName, bool closes = false)
    {
        var visible = Named(context, bound, names, "MATERIALIZED VIEW", relationName);
        var facts = planner.NewFacts(forView: true, context.FailuresAreNull);

        var full = new KeyExposure(context.Pool, facts).Run(planner.Rewrite(context, bound.Plan, facts));
        int[] shown = [.. visible.Select(v => v.Id)];
        int[] hidden = HiddenKey(facts.Of(full), shown);
        int[] ids = [.. shown, .. hidden];
        var plan = new ColumnPruning(context.Pool).Run(full, ids.ToHashSet());
        var lowering = new Lowering(context, facts);
        var columns = visible.Select(v => new CatalogColumn(v.Name, v.Type))
            .Concat(hidden.Select(
                (id, i) => new CatalogColumn(HiddenName(i, visible), context.Pool.TypeOf(id)) { Hidden = true }))
            .ToList();
        var input = lowering.Reordered(plan, lowering.Lower(plan), ids, [.. columns.Select(c => c.Name)]);
        input = closes ? lowering.WindowClose(input) : input;
        var root = new MaterializeNode(input, relationId, relationName)
        {
            Columns = input.Columns,
            Properties = input.Properties,
            RowEstimate = input.RowEstimate,
        };
        var notNull = Nullability.NotNullColumns(plan, context.FailuresAreNull);
        columns = [.. columns.Select((c, i) => c with { NotNull = notNull.Contains(ids[i]) })];
        return new PlannedView(
            new MaterializedViewDefinition(root, shown.Length, root.Properties.Key), columns,
            [.. context.Dependencies]);
    }

    public static List<OutputColumn> Named(
        BindContext context, BoundQuery bound, IReadOnlyList<string> names, string kind, string relationName)
    {
        if (names.Count > bound.Outputs.Count)
        {
            throw context.Error(
                SqlState.SyntaxError,
                $"CREATE {kind} \"{relationName}\" specifies more column names than columns", 0);
        }

        var visible = bound.Outputs.Select((o, i) => i < names.Count ? o with { Name = names[i] } : o).ToList();
        var twice = visible.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? visible : throw context.Error(
            SqlState.DuplicateColumn, $"column \"{twice.Key}\" specified more than once", 0);
    }

    /// <summary>The columns to add so that the visible ones and these hold a key; none when there is nothing to prove.</summary>
    private static int[] HiddenKey(Facts facts, int[] shown)
    {
        if (facts.Keys.Count == 0 || facts.AppendOnly || facts.Identifies(shown))
        {
            return [];
        }

        return [.. facts.Keys.Select(k => k.Where(id => !shown.Contains(id)).Order().ToArray()).MinBy(k => k.Length)!];
    }

    private static string HiddenName(int number, List<OutputColumn> visible)
    {
        string name = number == 0 ? "_key" : $"_key{number}";
        while (visible.Exists(v => v.Name == name))
        {
            name = "_" + name;
        }

        return name;
    }
}
