using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>What a function with a lambda does with the lambda's results.</summary>
public enum LambdaFunction : byte
{
    /// <summary>array_transform(list, |x| body): the list of the results.</summary>
    ArrayTransform,

    /// <summary>map_filter(map, |k, v| body): the entries for which the body is true.</summary>
    MapFilter,
}

/// <summary>A parameter of the lambda around it: not a column, so what moves columns leaves it alone. Ids are a statement's own.</summary>
public sealed record LambdaVariable(int Id, SqlType Type) : ScalarExpression(Type);

/// <summary>
/// A function over the elements of a list or map: the body is evaluated once an element, over the row's columns and the
/// variables. NULL for a NULL argument.
/// </summary>
public sealed record LambdaExpression(
    LambdaFunction Function, ScalarExpression Argument, IReadOnlyList<LambdaVariable> Variables, ScalarExpression Body, SqlType Type)
    : ScalarExpression(Type);
