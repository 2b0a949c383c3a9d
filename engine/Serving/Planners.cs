using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Serving;

/// <summary>Planners for a session: over a catalog snapshot, with row counts of the stored relations.</summary>
internal static class Planners
{
    internal static Planner For(Session session, CatalogSnapshot catalog) =>
        new(session.Database.Functions, catalog, session.Settings.Values with { Catalog = catalog }, new LiveStatistics(session.Database))
        {
            Rules = session.Database.Rules,
        };

    /// <summary>Row counts as they stand; approximate while ticks run.</summary>
    private sealed class LiveStatistics(Database database) : ITableStatistics
    {
        public double? RowCount(int relationId) => database.Stored.TryGetValue(relationId, out var relation)
            ? relation.Arrangements.Sum(a => (double)a.LiveRows)
            : null;
    }
}
