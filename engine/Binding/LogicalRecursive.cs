namespace Vectorized.Engine.Binding;

/// <summary>
/// WITH RECURSIVE: the rows of Base, then those of Step over the rows of the round before, until a round gives none.
/// BaseColumns[i] and StepColumns[i] become Columns[i]. Distinct (UNION): a row counts once, whichever round first gave it. Never
/// correlated.
/// </summary>
internal sealed class LogicalRecursive(
    LogicalNode baseQuery, IReadOnlyList<int> baseColumns, LogicalNode step, IReadOnlyList<int> stepColumns, int workingTable,
    bool distinct, IReadOnlyList<int> columns) : LogicalNode
{
    public LogicalNode Base { get; } = baseQuery;

    public IReadOnlyList<int> BaseColumns { get; } = baseColumns;

    public LogicalNode Step { get; } = step;

    public IReadOnlyList<int> StepColumns { get; } = stepColumns;

    /// <summary>Which <see cref="LogicalWorkingTable"/> stands for the round before.</summary>
    public int WorkingTable { get; } = workingTable;

    public bool Distinct { get; } = distinct;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs { get; } = [baseQuery, step];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalRecursive(inputs[0], BaseColumns, inputs[1], StepColumns, WorkingTable, Distinct, Columns);
}

/// <summary>The rows that the round before gave, within the step of the recursion of that number.</summary>
internal sealed class LogicalWorkingTable(int number, IReadOnlyList<int> positions, IReadOnlyList<int> columns) : LogicalNode
{
    public int Number { get; } = number;

    /// <summary>Columns[i] is this column of the recursion's rows.</summary>
    public IReadOnlyList<int> Positions { get; } = positions;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs => [];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) => this;
}
