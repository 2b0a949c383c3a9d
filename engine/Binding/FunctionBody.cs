using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>The body of an SQL function checked at its definition, so that a bad one is refused then and not at its first call.</summary>
internal static class FunctionBody
{
    internal static void Check(BindContext context, CatalogFunction function, Sql.Expression body)
    {
        var scope = new Scope(null);
        var parameters = function.ParameterTypes.Select((type, i) =>
        {
            string name = function.ParameterNames[i] ?? $"${i + 1}";
            return new RangeColumn(name, context.Pool.Add(name, type), type);
        }).ToList();
        scope.Variables.Add(new RangeVariable(function.Name, parameters));
        scope.Visible.AddRange(parameters);
        context.ViewDepth++;
        try
        {
            var binder = new ExpressionBinder(context, new QueryBinder(context), scope, "a function's body")
            {
                FunctionParameters = parameters,
            };
            var bound = binder.Bind(body);
            _ = binder.Coercion.TryTo(bound, function.Returns, CoercionContext.Implicit, 0) ?? throw context.Error(
                "42P13",
                $"return type mismatch in function declared to return {CommonType.PgName(function.Returns)}",
                0,
                detail: $"The body is of type {CommonType.PgName(bound.Type)}.");
        }
        finally
        {
            context.ViewDepth--;
        }
    }
}
