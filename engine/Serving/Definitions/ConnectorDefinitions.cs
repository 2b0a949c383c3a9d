using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>WITH (...), FORMAT ... ENCODE ... and INCLUDE of a source, checked by its connector.</summary>
internal static class ConnectorDefinitions
{
    /// <summary>The connector of a source or table; columns to include are added to those declared.</summary>
    internal static CatalogConnector Bind(
        SyntaxList<Option> options, FormatEncode? format, SyntaxList<IncludeColumn> included, List<CatalogColumn> columns)
    {
        var includes = new List<CatalogInclude>();
        foreach (var include in included)
        {
            includes.Add(Include(include, columns));
        }

        return new CatalogConnector
        {
            Options = WithOptions.Texts(options),
            Format = format?.Format,
            Encode = format?.Encode,
            FormatOptions = format is null ? new Dictionary<string, string>() : WithOptions.Texts(format.Options),
            Includes = includes,
        };
    }

    /// <summary>Lets the connector check the definition, and complete the columns it knows itself.</summary>
    internal static CatalogRelation Complete(DefinitionContext context, CatalogRelation relation)
    {
        string name = relation.Connector?.Name ?? throw new SqlException(
            SqlState.InvalidParameterValue, $"source \"{relation.Name}\" names no connector", hint: "WITH (connector = 'kafka', ...)");
        var database = context.Session.Database;
        var wanted = SourceDefinitions.Of(relation);
        var defined = database.Connectors.Find(name).Define(wanted, database.Lane.Environment);
        relation = relation with { Connector = relation.Connector with { Options = defined.Options } };
        if (defined.Columns.SequenceEqual(wanted.Columns))
        {
            return relation;
        }

        // The connector's columns first, then what is computed from them.
        var columns = defined.Columns.Select(c => new CatalogColumn(c.Name, c.Type))
            .Concat(relation.Columns.Where(c => c.GeneratedText is not null)).ToList();
        var includes = defined.Columns.Select((c, i) => (c.Include, i)).Where(c => c.Include is not null)
            .Select(c => new CatalogInclude(c.Include!, null, c.i)).ToList();
        return relation with { Columns = columns, Connector = relation.Connector with { Includes = includes } };
    }

    private static CatalogInclude Include(IncludeColumn include, List<CatalogColumn> columns)
    {
        var type = include.Kind switch
        {
            "partition" or "offset" => SqlType.Varchar,
            "timestamp" => SqlType.TimestampTz,
            "key" or "payload" => SqlType.Bytea,
            _ => throw DefinitionContext.Unsupported($"INCLUDE {include.Kind}", include.Position),
        };
        string name = include.Alias?.Name ?? "_rw_" + include.Kind;
        if (columns.Exists(c => c.Name == name))
        {
            throw new SqlException(SqlState.DuplicateColumn, $"column \"{name}\" specified more than once", include.Position);
        }

        columns.Add(new CatalogColumn(name, type));
        return new CatalogInclude(include.Kind, include.InnerField, columns.Count - 1);
    }
}
