using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Which equalities can be join keys: their columns must hold equal values in equal representations.</summary>
internal static class JoinKeys
{
    /// <summary>The pair with both sides of one type, or null: it stays a condition.</summary>
    public static EquiCondition? Unify(EquiCondition pair)
    {
        if (pair.Left.Type.Id is TypeId.Struct or TypeId.Map or TypeId.Unknown or TypeId.Void)
        {
            return null;
        }

        if (pair.Left.Type.Id is not (TypeId.Numeric or TypeId.List) || pair.Left.Type.Equals(pair.Right.Type))
        {
            return pair;
        }

        if (pair.Left.Type.Id == TypeId.List)
        {
            return null;
        }

        var type = TypeRules.Widest(pair.Left.Type, pair.Right.Type);
        return pair with { Left = As(pair.Left, type), Right = As(pair.Right, type) };
    }

    private static ScalarExpression As(ScalarExpression value, SqlType type) =>
        value.Type.Equals(type) ? value : new CastExpression(value, type);
}

/// <summary>IS NOT DISTINCT FROM where it is no join key.</summary>
internal static class NullSafe
{
    /// <summary>Two NULLs are the same, one is not, else the values decide.</summary>
    public static ScalarExpression Expand(NullSafeEqualsExpression same, BindContext context)
    {
        var found = context.Resolver.Find("is_not_distinct", [same.Left.Type, same.Right.Type], isOperator: true, 0);
        if (found is { } notDistinct)
        {
            return new CallExpression(notDistinct.Function, [same.Left, same.Right], SqlType.Boolean);
        }

        if (same.Equality is null)
        {
            throw context.Unsupported($"IS DISTINCT FROM for type {CommonType.PgName(same.Left.Type)}", 0);
        }

        ScalarExpression equal = new CallExpression(same.Equality, [same.Left, same.Right], SqlType.Boolean);
        var leftNull = new NullTestExpression(same.Left, false);
        var rightNull = new NullTestExpression(same.Right, false);
        return new CaseExpression(
            [
                new CaseBranch(leftNull, rightNull),
                new CaseBranch(rightNull, ExpressionTree.False),
            ],
            equal, SqlType.Boolean);
    }
}
