using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Binding;

/// <summary>
/// `left JOIN right FOR SYSTEM_TIME AS OF PROCTIME()`: each left row meets the right side as it is when the row comes; later
/// changes of the right side change nothing. Inner or left. A node of its own, since what holds for joins (any order of inputs,
/// one side for the other) does not hold for it. In a query it is a join.
/// </summary>
internal sealed class LogicalTemporalJoin : LogicalNode
{
    public LogicalTemporalJoin(
        LogicalNode left, LogicalNode right, JoinKind kind, IReadOnlyList<ScalarExpression> conditions,
        IReadOnlyList<int>? leftKey = null)
    {
        LeftKey = leftKey ?? [];
        Left = left;
        Right = right;
        Kind = kind;
        Conditions = conditions;
        Columns = [.. left.Columns, .. right.Columns];
    }

    public LogicalNode Left { get; }

    public LogicalNode Right { get; }

    public JoinKind Kind { get; }

    public IReadOnlyList<ScalarExpression> Conditions { get; }

    /// <summary>Left columns the join needs to tell rows apart, whether they are used above or not.</summary>
    public IReadOnlyList<int> LeftKey { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Left, Right];

    public override IEnumerable<ScalarExpression> Expressions => Conditions;

    /// <summary>The join it is at one moment.</summary>
    public LogicalJoin AtOnce => new(Left, Right, Kind, Conditions);

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalTemporalJoin(inputs[0], inputs[1], Kind, Conditions, LeftKey);
}
