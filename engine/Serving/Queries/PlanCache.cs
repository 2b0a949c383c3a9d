using System.Collections.Concurrent;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// Plans of queries by their canonical text, parameter types and what of the session binding depends on; shared by all
/// sessions. A new catalog starts it afresh, and so does a full one (plans are cheap next to growing without end).
/// </summary>
internal sealed class PlanCache
{
    private const int PlansMax = 2048;

    private Generation _current = new(CatalogSnapshot.Empty);

    private readonly record struct Key(string Text, string Types, string Session);

    internal PlannedQuery Get(Session session, CatalogSnapshot catalog, SelectStatement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var generation = Volatile.Read(ref _current);
        if (!ReferenceEquals(generation.Catalog, catalog) || generation.Plans.Count >= PlansMax)
        {
            generation = new Generation(catalog);
            Volatile.Write(ref _current, generation);
        }

        var values = session.Settings.Values;
        string types = parameterTypes.Count == 0 ? "" : string.Join(',', parameterTypes);
        string scope = $"{values.User}|{values.Database}|{string.Join(',', values.SearchPath)}|{session.Settings.Get("timezone")}";
        var key = new Key(statement.ToString(), types, scope);
        if (generation.Plans.TryGetValue(key, out var planned))
        {
            return planned;
        }

        planned = Planners.For(session, catalog).PlanQuery(statement.Query, parameterTypes);
        generation.Plans[key] = planned;
        return planned;
    }

    private sealed class Generation(CatalogSnapshot catalog)
    {
        internal CatalogSnapshot Catalog { get; } = catalog;

        internal ConcurrentDictionary<Key, PlannedQuery> Plans { get; } = new();
    }
}
