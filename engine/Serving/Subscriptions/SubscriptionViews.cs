using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>
/// Views made for subscriptions to a query, one each, in a schema of their own: made when the subscription starts, dropped when it ends.
/// One that a crash left behind is dropped soon after the database is opened; where that fails, after it is opened again. Threads: any.
/// </summary>
internal static class SubscriptionViews
{
    internal const string Schema = "rw_subscription";

    /// <summary>Errors: 42939 for the schema that is kept for subscriptions.</summary>
    internal static void RefuseSchema(string schema, int position)
    {
        if (schema == Schema)
        {
            throw new SqlException(
                SqlState.ReservedName, $"schema \"{Schema}\" holds the views of running subscriptions only", position,
                hint: "Create it in another schema.");
        }
    }

    /// <summary>The schema's id in the catalog being edited, made with the first view.</summary>
    internal static int SchemaOf(DefinitionContext context)
    {
        if (context.Before.FindSchema(Schema) is { } schema)
        {
            return schema.Id;
        }

        int id = context.Editor.NewId();
        context.Editor.AddSchema(
            new CatalogSchema { Id = id, Name = Schema, Owner = context.Values.User, Definition = $"CREATE SCHEMA {Schema}" });
        return id;
    }

    /// <summary>Makes a view of the query as the session reads it; its name.</summary>
    internal static async ValueTask<QualifiedName> Create(Session session, Query query)
    {
        // Drawn: those an earlier life left behind have other names.
        var name = new QualifiedName([Schema, $"s{session.NextSeed():x16}"]);
        await DefinitionRunner.Run(session, new CreateMaterializedViewStatement(name, query) { IsOfSubscription = true })
            .ConfigureAwait(false);
        return name;
    }

    /// <summary>Drops one, and what was made over it; nothing where somebody has dropped it.</summary>
    internal static async Task Drop(Database database, QualifiedName name)
    {
        // Not the subscriber's session, which may go on or be gone.
        using var session = database.ConnectInternally();
        await DefinitionRunner.Run(
            session,
            new DropStatement(ObjectKind.MaterializedView, [new ObjectReference(name)]) { IfExists = true, Cascade = true })
            .ConfigureAwait(false);
    }

    /// <summary>At start: subscriptions of an earlier life have ended.</summary>
    internal static async Task DropAll(Database database)
    {
        if (database.Catalog.FindSchema(Schema) is { } schema)
        {
            foreach (var view in database.Catalog.Relations.Where(r => r.SchemaId == schema.Id).ToList())
            {
                await Drop(database, new QualifiedName([Schema, view.Name])).ConfigureAwait(false);
            }
        }
    }
}
