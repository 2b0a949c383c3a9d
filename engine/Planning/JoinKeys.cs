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
