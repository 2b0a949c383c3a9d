using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE FUNCTION in SQL: one expression over the parameters, bound in place of each call.</summary>
internal static class FunctionDefinitions
{
    internal static bool Create(DefinitionContext context, CreateFunctionStatement statement)
    {
        Refuse(statement);
        var schema = context.SchemaFor(statement.Name);
        if (context.Before.Find(schema.Id, statement.Name.Name) is not null && statement.IfNotExists)
        {
            context.Session.Notify("NOTICE", SqlState.DuplicateObject, $"function \"{statement.Name.Name}\" already exists, skipping");
            return false;
        }

        var bind = new BindContext(context.Session.Database.Functions, context.Before, context.Values, []);
        var body = Body(statement);
        var function = new CatalogFunction
        {
            Id = context.Editor.NewId(),
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = schema.Id,
            ParameterNames = [.. statement.Parameters.Select(p => p.Name)],
            ParameterTypes = [.. statement.Parameters.Select(p => TypeResolver.Resolve(p.Type, bind))],
            Returns = TypeResolver.Resolve(statement.Returns!, bind),
            Body = body.ToString(),
            Definition = context.Text,
        };
        FunctionBody.Check(bind, function, body);
        // As PostgreSQL's string bodies: what the body calls is looked up at each call and may be dropped before it.
        context.Editor.Add(function, statement.Name.Position);
        return true;
    }

    /// <summary>The expression of RETURN, or of a body that is one SELECT of one expression.</summary>
    private static Expression Body(CreateFunctionStatement statement)
    {
        if (statement.Return is { } expression)
        {
            return expression;
        }

        if (statement.Body.Count != 1)
        {
            throw new SqlException(SqlState.InvalidTableDefinition, "no function body specified", statement.Position);
        }

        var statements = SqlParser.Parse(statement.Body[0]);
        bool isPlain = statements is [SelectStatement
        {
            Query:
            {
                With: null, Limit: null, Offset: null, OrderBy.Count: 0,
                Body: SelectBody
                {
                    From.Count: 0, Where: null, Having: null, GroupBy.Count: 0, Distinct: false, DistinctOn: null, Into: null,
                    Items.Count: 1,
                },
            },
        }];
        return isPlain
            ? ((SelectBody)((SelectStatement)statements[0]).Query.Body).Items[0].Value
            : throw DefinitionContext.Unsupported("a function whose body is not SELECT of one expression", statement.Position);
    }

    private static void Refuse(CreateFunctionStatement statement)
    {
        string? what = statement switch
        {
            { Kind: ObjectKind.Aggregate } => "CREATE AGGREGATE",
            { OrReplace: true } => "CREATE OR REPLACE FUNCTION",
            { Temporary: true } => "temporary functions",
            { Language: not "sql" } => $"functions in language \"{statement.Language ?? "(none)"}\"",
            { ReturnsTable: not null } => "RETURNS TABLE",
            { Returns: null } => "a function without RETURNS",
            { UsingKind: not null } => "USING of a function",
            { Options.Count: > 0 } => "WITH options of a function",
            _ => statement.Parameters.FirstOrDefault(p => p.Mode is not (null or "in") || p.Default is not null) is { } p
                ? $"parameter \"{p.Name}\" with a mode or default" : null,
        };
        if (what is not null)
        {
            throw DefinitionContext.Unsupported(what, statement.Position);
        }
    }
}
