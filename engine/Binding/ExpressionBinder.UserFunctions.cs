using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Functions written in SQL: the body is bound in place of the call.</summary>
internal sealed partial class ExpressionBinder
{
    private const int FunctionDepthMax = 32;

    private ScalarExpression? UserFunction(Sql.FunctionCall call, string? schema)
    {
        if (_context.Catalog.Resolve(schema, call.Name.Name, _context.SearchPath) is not CatalogFunction function
            || function.ParameterTypes.Count != call.Arguments.Count)
        {
            return null;
        }

        RefuseDecorations(call, call.Name.Name);
        if (_context.ViewDepth >= FunctionDepthMax)
        {
            throw _context.Error(SqlState.StatementTooComplex, "functions are nested too deeply", call.Position);
        }

        var arguments = new Dictionary<int, ScalarExpression>();
        var parameters = new List<RangeColumn>();
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            int position = PositionOf(call.Arguments[i].Value);
            var value = _coercion.TryTo(
                Bind(call.Arguments[i].Value), function.ParameterTypes[i], CoercionContext.Implicit, position);
            if (value is null)
            {
                return null;
            }

            string name = function.ParameterNames[i] ?? $"${i + 1}";
            int id = _context.Pool.Add(name, function.ParameterTypes[i]);
            parameters.Add(new RangeColumn(name, id, function.ParameterTypes[i]));
            arguments.Add(id, value);
        }

        _context.Dependencies.Add(function.Id);
        var scope = new Scope(null);
        var variable = new RangeVariable(function.Name, parameters);
        scope.Variables.Add(variable);
        scope.Visible.AddRange(parameters);
        _context.ViewDepth++;
        try
        {
            var body = Sql.SqlParser.ParseExpression(function.Body);
            var bound = new ExpressionBinder(
                _context, _queries, scope, "a function's body")
            { FunctionParameters = parameters };
            var result = bound.Coercion.Cast(bound.Bind(body), function.Returns, 0);
            return ExpressionTree.Substitute(result, arguments);
        }
        finally
        {
            _context.ViewDepth--;
        }
    }
}
