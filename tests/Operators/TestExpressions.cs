using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>Typed expressions for tests.</summary>
internal static class TestExpressions
{
    internal static ScalarExpression Column(int index, SqlType type) => new ColumnExpression(index, type);

    internal static ScalarExpression Constant(long value) => new ConstantExpression(Datum.OfInt64(value), SqlType.Int64);

    /// <summary>A function over arguments that are cast to the first overload's types.</summary>
    internal static ScalarExpression Call(string name, params ScalarExpression[] arguments)
    {
        var function = BuiltinFunctions.Shared.Overloads(name)
            .First(f => f.Parameters.Count == arguments.Length && f.Parameters.All(p => p.Equals(SqlType.Int64)));
        var cast = arguments.Select(a => a.Type.Equals(SqlType.Int64) ? a : new CastExpression(a, SqlType.Int64)).ToArray();
        return new CallExpression(function, cast, function.Result([.. cast.Select(a => a.Type)]));
    }
}
