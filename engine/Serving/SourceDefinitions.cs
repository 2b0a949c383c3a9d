using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Engine.Serving;

/// <summary>A source's catalog entry as connectors take it: generated columns are not theirs.</summary>
internal static class SourceDefinitions
{
    internal static SourceDefinition Of(CatalogRelation relation)
    {
        var connector = relation.Connector!;
        var includes = connector.Includes.ToDictionary(i => i.Column, i => i.Kind);
        var columns = Positions(relation)
            .Select(i => new SourceColumn(relation.Columns[i].Name, relation.Columns[i].Type, includes.GetValueOrDefault(i)))
            .ToList();
        return new SourceDefinition(
            relation.Name,
            columns,
            connector.Options,
            connector.Format?.ToUpperInvariant(),
            connector.Encode?.ToUpperInvariant(),
            connector.FormatOptions);
    }

    /// <summary>Positions of the columns that come from outside: a table has others, which it computes.</summary>
    internal static IEnumerable<int> Positions(CatalogRelation relation) => Enumerable.Range(0, relation.Columns.Count)
        .Where(i => relation.Columns[i] is { Hidden: false, Dropped: false, GeneratedText: null });
}
