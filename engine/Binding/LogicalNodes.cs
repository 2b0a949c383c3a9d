using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>An order term over a column id.</summary>
internal readonly record struct LogicalSortKey(int Column, bool Descending, bool NullsFirst);

/// <summary>An aggregate over column ids of the input; -1 stands for none.</summary>
internal sealed record LogicalAggregateItem(
    int Id, AggregateKind Kind, int Argument, SqlType ArgumentType, SqlType ResultType)
{
    public bool Distinct { get; init; }

    public int Filter { get; init; } = -1;

    public int Argument2 { get; init; } = -1;

    public IReadOnlyList<LogicalSortKey> OrderBy { get; init; } = [];

    public IReadOnlyList<double?>? Fractions { get; init; }

    public IEnumerable<int> UsedColumns
    {
        get
        {
            foreach (int id in (int[])[Argument, Filter, Argument2])
            {
                if (id >= 0)
                {
                    yield return id;
                }
            }

            foreach (var key in OrderBy)
            {
                yield return key.Column;
            }
        }
    }

    /// <summary>The value over no rows is 0 and not NULL.</summary>
    public bool IsCount => Kind is AggregateKind.Count or AggregateKind.CountStar;
}

/// <summary>
/// Groups by input columns, which keep their ids. Without groups there is exactly one row if EmitEmpty (a scalar
/// aggregate), else none over no input. DISTINCT is groups without aggregates.
/// </summary>
internal sealed class LogicalAggregate : LogicalNode
{
    public LogicalAggregate(
        LogicalNode input, IReadOnlyList<int> groups, IReadOnlyList<LogicalAggregateItem> aggregates,
        bool emitEmpty = true)
    {
        Input = input;
        Groups = groups;
        Aggregates = aggregates;
        EmitEmpty = emitEmpty;
        Columns = [.. groups, .. aggregates.Select(a => a.Id)];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<int> Groups { get; }

    public IReadOnlyList<LogicalAggregateItem> Aggregates { get; }

    public bool EmitEmpty { get; }

    public bool IsScalar => Groups.Count == 0 && EmitEmpty;

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalAggregate(inputs[0], Groups, Aggregates, EmitEmpty);
}

/// <summary>
/// A join on conditions over both sides. Dependent: the right side may name columns of the left (LATERAL, correlated
/// subqueries); decorrelation removes these.
/// </summary>
internal sealed class LogicalJoin : LogicalNode
{
    public LogicalJoin(
        LogicalNode left, LogicalNode right, JoinKind kind, IReadOnlyList<ScalarExpression> conditions,
        bool dependent = false)
    {
        Left = left;
        Right = right;
        Kind = kind;
        Conditions = conditions;
        Dependent = dependent;
        Columns = kind is JoinKind.Semi or JoinKind.Anti ? left.Columns : [.. left.Columns, .. right.Columns];
    }

    public LogicalNode Left { get; }

    public LogicalNode Right { get; }

    public JoinKind Kind { get; }

    public IReadOnlyList<ScalarExpression> Conditions { get; }

    public bool Dependent { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Left, Right];

    public override IEnumerable<ScalarExpression> Expressions => Conditions;

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalJoin(inputs[0], inputs[1], Kind, Conditions, Dependent);
}

/// <summary>
/// By partition the rows ranked (offset, offset + limit] in the order; RowNumber is the id of the appended rank column, or
/// -1. Without partition, limit and number it is ORDER BY.
/// </summary>
internal sealed class LogicalTopN : LogicalNode
{
    public LogicalTopN(
        LogicalNode input,
        IReadOnlyList<int> partition,
        IReadOnlyList<LogicalSortKey> order,
        ScalarExpression? limit,
        ScalarExpression? offset,
        int rowNumber = -1)
    {
        Input = input;
        Partition = partition;
        Order = order;
        Limit = limit;
        Offset = offset;
        RowNumber = rowNumber;
        Columns = rowNumber < 0 ? input.Columns : [.. input.Columns, rowNumber];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<int> Partition { get; }

    public IReadOnlyList<LogicalSortKey> Order { get; }

    public ScalarExpression? Limit { get; }

    public ScalarExpression? Offset { get; }

    public int RowNumber { get; }

    /// <summary>It orders rows and drops none.</summary>
    public bool IsSort => Limit is null && Offset is null && RowNumber < 0;

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override IEnumerable<ScalarExpression> Expressions
    {
        get
        {
            if (Limit is not null)
            {
                yield return Limit;
            }

            if (Offset is not null)
            {
                yield return Offset;
            }
        }
    }

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalTopN(inputs[0], Partition, Order, Limit, Offset, RowNumber);
}

/// <summary>All rows of all members; MemberColumns[m][i] is the member's column that becomes Columns[i].</summary>
internal sealed class LogicalUnion(
    IReadOnlyList<LogicalNode> members, IReadOnlyList<IReadOnlyList<int>> memberColumns, IReadOnlyList<int> columns)
        : LogicalNode
{
    public IReadOnlyList<IReadOnlyList<int>> MemberColumns { get; } = memberColumns;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs { get; } = members;

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalUnion(inputs, MemberColumns, Columns);
}

/// <summary>HOP: each row once for each window over its time column; appends the window's start and end.</summary>
internal sealed class LogicalHop : LogicalNode
{
    public LogicalHop(LogicalNode input, int timeColumn, long slideMicros, long sizeMicros, long offsetMicros,
        int start, int end)
    {
        Input = input;
        TimeColumn = timeColumn;
        SlideMicros = slideMicros;
        SizeMicros = sizeMicros;
        OffsetMicros = offsetMicros;
        Start = start;
        End = end;
        Columns = [.. input.Columns, start, end];
    }

    public LogicalNode Input { get; }

    public int TimeColumn { get; }

    public long SlideMicros { get; }

    public long SizeMicros { get; }

    public long OffsetMicros { get; }

    public int Start { get; }

    public int End { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalHop(inputs[0], TimeColumn, SlideMicros, SizeMicros, OffsetMicros, Start, End);
}

/// <summary>A set-returning function joined to each input row; its columns (and the ordinal) are appended.</summary>
internal sealed class LogicalTableFunction : LogicalNode
{
    public LogicalTableFunction(
        LogicalNode? input, string function, IReadOnlyList<ScalarExpression> arguments, IReadOnlyList<int> produced,
        bool ordinality)
    {
        Input = input;
        Function = function;
        Arguments = arguments;
        Produced = produced;
        Ordinality = ordinality;
        Columns = [.. input?.Columns ?? [], .. produced];
    }

    public LogicalNode? Input { get; }

    public string Function { get; }

    public IReadOnlyList<ScalarExpression> Arguments { get; }

    /// <summary>Ids of the function's columns, the ordinal last when there is one.</summary>
    public IReadOnlyList<int> Produced { get; }

    public bool Ordinality { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => Input is null ? [] : [Input];

    public override IEnumerable<ScalarExpression> Expressions => Arguments;

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalTableFunction(inputs.Count == 0 ? null : inputs[0], Function, Arguments, Produced, Ordinality);
}
