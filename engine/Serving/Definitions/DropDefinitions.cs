using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>DROP of anything the catalog holds but users.</summary>
internal static class DropDefinitions
{
    internal static bool Drop(DefinitionContext context, DropStatement statement)
    {
        if (statement.Kind is not (ObjectKind.Table or ObjectKind.Source or ObjectKind.View or ObjectKind.MaterializedView
            or ObjectKind.Index or ObjectKind.Schema or ObjectKind.Sink or ObjectKind.Function))
        {
            throw DefinitionContext.Unsupported("DROP " + DefinitionPlanner.KindText(statement.Kind), statement.Position);
        }

        var ids = new List<int>();
        foreach (var item in statement.Objects)
        {
            if (ObjectLookup.Find(context, statement.Kind, item, statement.IfExists) is { } found)
            {
                CheckArguments(context, found, item);
                ids.Add(found.Id);
            }
        }

        if (ids.Count == 0)
        {
            return false;
        }

        var dropped = context.Editor.Drop(ids, statement.Cascade, statement.Position);
        foreach (var item in dropped.Where(d => !ids.Contains(d.Id) && IsAnnounced(d)))
        {
            context.Session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"drop cascades to {item.KindName} {item.Name}");
        }

        return true;
    }

    private static bool IsAnnounced(CatalogObject item) =>
        item is CatalogSink or CatalogRelation { Kind: not RelationKind.Errors };

    /// <summary>DROP FUNCTION f(types) names the one function of the name: its types must be these.</summary>
    private static void CheckArguments(DefinitionContext context, CatalogObject found, ObjectReference reference)
    {
        if (found is not CatalogFunction function || reference.Arguments is not { } arguments)
        {
            return;
        }

        var bind = new Binding.BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        var types = arguments.Select(a => Binding.TypeResolver.Resolve(a, bind));
        if (!types.SequenceEqual(function.ParameterTypes))
        {
            throw new SqlException(
                SqlState.UndefinedFunction,
                $"function {reference.Name.Name}({string.Join(", ", types)}) does not exist",
                reference.Position);
        }
    }
}
