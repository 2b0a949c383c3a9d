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
        var columns = relation.Columns
            .Select((c, i) => (c, i)).Where(p => p.c.GeneratedText is null)
            .Select(p => new SourceColumn(p.c.Name, p.c.Type, includes.GetValueOrDefault(p.i)))
            .ToList();
        return new SourceDefinition(
            relation.Name,
            columns,
            connector.Options,
            connector.Format?.ToUpperInvariant(),
            connector.Encode?.ToUpperInvariant(),
            connector.FormatOptions);
    }
}
