using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A relation's rows: its deltas in a view, its snapshot in a query. Output column i is relation column
/// RelationColumns[i].
/// </summary>
public sealed record ScanNode(int RelationId, string RelationName, IReadOnlyList<int> RelationColumns) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [];
}

/// <summary>
/// Rows of a relation found through an index by equality, for queries only: one look-up a row of Keys (constants and
/// parameters, evaluated once).
/// </summary>
public sealed record IndexLookupNode(
    int RelationId,
    string RelationName,
    IReadOnlyList<int> RelationColumns,
    IReadOnlyList<int> IndexColumns,
    IReadOnlyList<IReadOnlyList<ScalarExpression>> Keys) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [];
}

/// <summary>Literal rows; the expressions hold no column references.</summary>
public sealed record ValuesNode(IReadOnlyList<IReadOnlyList<ScalarExpression>> Rows) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [];
}

/// <summary>A catalog or system relation computed when it is read (pg_class, settings): queries only.</summary>
public sealed record SystemScanNode(string Schema, string Relation, IReadOnlyList<int> RelationColumns) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [];
}

/// <summary>Computes columns. Stateless: d(project A) = project dA.</summary>
public sealed record ProjectNode(PlanNode Input, IReadOnlyList<ScalarExpression> Expressions) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>Keeps rows where the predicate is true. Stateless.</summary>
public sealed record FilterNode(PlanNode Input, ScalarExpression Predicate) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>
/// Groups by input columns. Output: the group columns, then a column an aggregate. Without group columns there is always
/// exactly one row, also over no input, unless EmitEmpty is false. DISTINCT is this without aggregates. NULL group
/// values form one group.
/// </summary>
public sealed record AggregateNode(
    PlanNode Input, IReadOnlyList<int> GroupColumns, IReadOnlyList<AggregateCall> Aggregates, bool EmitEmpty = true) : PlanNode
{
    /// <summary>
    /// A group column (its index in GroupColumns) with a watermark: groups below it get no changes any more and are forgotten.
    /// </summary>
    public WindowClosing? Closing { get; init; }

    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>How a join treats rows without a partner.</summary>
public enum JoinKind : byte
{
    Inner,
    Left,
    Right,
    Full,

    /// <summary>Left rows that have a partner; output is the left columns.</summary>
    Semi,

    /// <summary>Left rows that have none; output is the left columns.</summary>
    Anti,

    /// <summary>Right rows that have a partner; output is the right columns. In queries only, whose right side is stored.</summary>
    RightSemi,

    /// <summary>Right rows that have none; output is the right columns. In queries only.</summary>
    RightAnti,
}

/// <summary>
/// Equi-join with an optional residual predicate over left columns followed by right columns (it takes part in whether
/// partners exist). Output: left then right columns (one side's only for semi and anti). No keys: every pair is a candidate.
/// NullSafe by key: NULL matches NULL (IS NOT DISTINCT FROM), else NULL matches nothing.
/// </summary>
public sealed record JoinNode(
    PlanNode Left,
    PlanNode Right,
    JoinKind Kind,
    IReadOnlyList<int> LeftKeys,
    IReadOnlyList<int> RightKeys,
    IReadOnlyList<bool> NullSafe,
    ScalarExpression? Residual) : PlanNode
{
    /// <summary>
    /// A pair of keys (its index) whose columns have watermarks on both sides, and the lesser of these: rows below it meet
    /// nothing any more, on either side, and are forgotten.
    /// </summary>
    public WindowClosing? Closing { get; init; }

    /// <summary>
    /// A temporal join: left rows meet the right side as it is when they come, its later changes change nothing. Inner or left;
    /// the left side is append-only or has a key.
    /// </summary>
    public bool AsOfNow { get; init; }

    public override IReadOnlyList<PlanNode> Inputs => [Left, Right];
}

/// <summary>
/// By partition, the rows ranked (offset, offset + limit] in the order; ties break by the stream's key, then by whole row.
/// With EmitRowNumber an int8 row_number column is appended. Limit null: all (then EmitRowNumber, or a query's ORDER BY,
/// is the reason to be). In a query, without partition columns, this is also ORDER BY: the output is in order.
/// </summary>
public sealed record TopNNode(
    PlanNode Input,
    IReadOnlyList<int> PartitionColumns,
    IReadOnlyList<SortKey> Order,
    ScalarExpression? Limit,
    ScalarExpression? Offset,
    bool EmitRowNumber) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>
/// The rows of Base, then of Step over the round before (its WorkingTableNodes of that number), until a round gives none; each
/// row once when Distinct. Queries only.
/// </summary>
public sealed record RecursiveNode(PlanNode Base, PlanNode Step, int WorkingTable, bool Distinct) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Base, Step];
}

/// <summary>The round before of the recursion around it; output column i is its column Positions[i].</summary>
public sealed record WorkingTableNode(int Number, IReadOnlyList<int> Positions) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [];
}

/// <summary>All rows of all members (same column types).</summary>
public sealed record UnionAllNode(IReadOnlyList<PlanNode> Members) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => Members;
}

/// <summary>
/// HOP: each row once per window that covers its time column; appends window_start and window_end (microsecond
/// timestamps of the time column's type). Rows whose time is NULL are dropped. Stateless. (TUMBLE is a projection.)
/// </summary>
public sealed record HopNode(PlanNode Input, int TimeColumn, long SlideMicros, long SizeMicros, long OffsetMicros) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}

/// <summary>A set-returning function, joined to each input row when there is an input: its columns are appended.</summary>
public sealed record TableFunctionNode(
    PlanNode? Input, string Function, IReadOnlyList<ScalarExpression> Arguments, bool WithOrdinality) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => Input is null ? [] : [Input];
}

/// <summary>
/// Keeps the result as relation RelationId's arrangement and passes the deltas on. A node of its own with a permanent
/// id, apart from the plan that feeds it.
/// </summary>
public sealed record MaterializeNode(PlanNode Input, int RelationId, string RelationName) : PlanNode
{
    public override IReadOnlyList<PlanNode> Inputs => [Input];
}
