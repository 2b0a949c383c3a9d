using Vectorized.Engine.Catalog;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Whether rows of a table find their way into what a sink reads: by views, and by other sinks into tables.</summary>
internal static class SinkCycles
{
    internal static bool Reaches(CatalogSnapshot catalog, int tableId, IReadOnlyList<int> reads)
    {
        var upstream = new HashSet<int>();
        var waiting = new Stack<int>(reads);
        while (waiting.TryPop(out int id))
        {
            if (!upstream.Add(id))
            {
                continue;
            }

            foreach (int source in catalog.Find(id)?.DependsOn ?? [])
            {
                waiting.Push(source);
            }

            foreach (var sink in catalog.SinksInto(id))
            {
                foreach (int source in sink.DependsOn.Where(s => s != id))
                {
                    waiting.Push(source);
                }
            }
        }

        return upstream.Contains(tableId);
    }
}
