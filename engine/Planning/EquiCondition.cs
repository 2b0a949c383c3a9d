using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>A condition that equates a value of one side with a value of the other.</summary>
/// <param name="Left">Uses columns of the first side only (at least one).</param>
/// <param name="Right">Uses columns of the second side only (at least one).</param>
/// <param name="NullSafe">NULL equals NULL.</param>
/// <param name="Source">The condition itself.</param>
internal readonly record struct EquiCondition(
    ScalarExpression Left, ScalarExpression Right, bool NullSafe, ScalarExpression Source)
{
    /// <summary>The condition as a pair, or null when it is none over these column sets.</summary>
    public static EquiCondition? Match(ScalarExpression condition, IReadOnlySet<int> left, IReadOnlySet<int> right)
    {
        var (a, b, nullSafe) = condition switch
        {
            CallExpression { Function.Name: "=", Arguments: [var x, var y] } => (x, y, false),
            CallExpression { Function.Name: BuiltinNames.IsNotDistinct, Arguments: [var x, var y] } => (x, y, true),
            _ => (null, null, false),
        };
        if (a is null || b is null || a.Type.Id != b.Type.Id)
        {
            return null;
        }

        var (usedA, usedB) = (ExpressionTree.Columns(a), ExpressionTree.Columns(b));
        if (usedA.Count == 0 || usedB.Count == 0 || ExpressionTree.IsVolatile(condition))
        {
            return null;
        }

        return usedA.IsSubsetOf(left) && usedB.IsSubsetOf(right) ? new EquiCondition(a, b, nullSafe, condition)
            : usedB.IsSubsetOf(left) && usedA.IsSubsetOf(right) ? new EquiCondition(b, a, nullSafe, condition)
            : null;
    }

    /// <summary>The same comparison of other operands of the same types.</summary>
    public ScalarExpression With(ScalarExpression left, ScalarExpression right) => Source switch
    {
        CallExpression call => call with { Arguments = [left, right] },
        _ => Source,
    };
}
