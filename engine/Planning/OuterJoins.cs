using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Outer joins whose added NULLs a condition above rejects.</summary>
internal static class OuterJoins
{
    /// <summary>The join as the strictest kind that gives the same rows under the conditions; RIGHT becomes LEFT.</summary>
    public static LogicalJoin Simplify(LogicalJoin j, IReadOnlyList<ScalarExpression> above)
    {
        if (j.Kind == JoinKind.Right)
        {
            j = new LogicalJoin(j.Right, j.Left, JoinKind.Left, j.Conditions);
        }

        if (j.Kind is not (JoinKind.Left or JoinKind.Full))
        {
            return j;
        }

        var rejected = above.SelectMany(Nullability.RejectedColumns).ToHashSet();
        bool rejectsRight = rejected.Overlaps(j.Right.Columns);
        bool rejectsLeft = rejected.Overlaps(j.Left.Columns);
        return (j.Kind, rejectsLeft, rejectsRight) switch
        {
            (JoinKind.Left, _, true) or (JoinKind.Full, true, true) =>
                new LogicalJoin(j.Left, j.Right, JoinKind.Inner, j.Conditions),
            (JoinKind.Full, true, false) => new LogicalJoin(j.Left, j.Right, JoinKind.Left, j.Conditions),
            (JoinKind.Full, false, true) => new LogicalJoin(j.Right, j.Left, JoinKind.Left, j.Conditions),
            _ => j,
        };
    }
}
