using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE TABLE with a connector: the table takes the rows a source of the same definition would give, and keeps them.</summary>
internal static class TableConnectors
{
    /// <summary>The connector, or null for a table that only DML feeds; columns that the connector knows are added.</summary>
    internal static CatalogConnector? Bind(DefinitionContext context, CreateTableStatement statement, List<CatalogColumn> columns)
    {
        bool hasConnector = statement.Options.Any(o => o.Name.Equals("connector", StringComparison.OrdinalIgnoreCase));
        if (!hasConnector)
        {
            RefuseRest(statement);
            WithOptions.AcceptKnobs(context, statement.Options);
            return null;
        }

        var connector = ConnectorDefinitions.Bind(statement.Options, statement.Format, statement.Includes, columns);
        var source = new CatalogRelation
        {
            Id = 0,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = 0,
            Kind = RelationKind.Source,
            Columns = [.. columns],
            Connector = connector,
        };
        var completed = ConnectorDefinitions.Complete(context, source);
        if (columns.Count == 0)
        {
            columns.AddRange(completed.Columns);
        }

        return completed.Connector;
    }

    private static void RefuseRest(CreateTableStatement statement)
    {
        if (statement.Format is not null || statement.Includes.Count > 0)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"table \"{statement.Name.Name}\" names no connector", statement.Position,
                hint: "WITH (connector = 'kafka', ...)");
        }
    }
}
