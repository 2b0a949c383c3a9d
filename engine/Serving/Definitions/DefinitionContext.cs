using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Subscriptions;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>What the planning of one definition statement shares. One thread; thrown away afterwards.</summary>
internal sealed class DefinitionContext
{
    internal DefinitionContext(Session session, Statement statement)
    {
        Session = session;
        Text = DefinitionNames.Stored(statement);
        Before = session.Database.Catalog;
        Values = session.Values;
        Editor = new CatalogEditor(Before);
    }

    internal Session Session { get; }

    /// <summary>The statement as it is kept: what SHOW CREATE prints.</summary>
    internal string Text { get; }

    internal CatalogSnapshot Before { get; }

    internal SessionValues Values { get; }

    internal CatalogEditor Editor { get; }

    /// <summary>What writes the first rows of a new table, planned on the next catalog; null: nothing.</summary>
    internal Func<CatalogSnapshot, WritePlan>? Fill { get; set; }

    /// <summary>The schema a new object goes to: the one named, else the first of the search path that exists.</summary>
    internal CatalogSchema SchemaFor(QualifiedName name)
    {
        if (name.Schema is { } schema)
        {
            SubscriptionViews.RefuseSchema(schema, name.Position);
            return Before.FindSchema(schema) ?? throw new SqlException(
                SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist", name.Position);
        }

        foreach (string candidate in Values.SearchPath)
        {
            if (Before.FindSchema(candidate == "$user" ? Values.User : candidate) is { } found
                && found.Name != SubscriptionViews.Schema)
            {
                return found;
            }
        }

        throw new SqlException(SqlState.InvalidSchemaName, "no schema has been selected to create in", name.Position);
    }

    /// <summary>
    /// Whether the name is taken and the statement said IF NOT EXISTS: then it does nothing, with a NOTICE.
    /// </summary>
    internal bool ExistsAlready(QualifiedName name, bool ifNotExists)
    {
        if (!ifNotExists || Before.Find(SchemaFor(name).Id, name.Name) is null)
        {
            return false;
        }

        Session.Notify("NOTICE", SqlState.DuplicateTable, $"relation \"{name.Name}\" already exists, skipping");
        return true;
    }

    internal static void RefuseReplace(bool orReplace, int position)
    {
        if (orReplace)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: CREATE OR REPLACE", position, hint: "DROP the object first.");
        }
    }

    internal static SqlException Unsupported(string what, int position) =>
        new(SqlState.FeatureNotSupported, $"not supported: {what}", position);

    internal CatalogRelation Relation(QualifiedName name)
    {
        var found = Before.Resolve(name.Schema, name.Name, Values.SearchPath);
        return found as CatalogRelation ?? throw (found is null
            ? new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position)
            : new SqlException(SqlState.WrongObjectType, $"\"{name.Name}\" is not a table or view", name.Position));
    }
}
