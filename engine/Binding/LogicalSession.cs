namespace Vectorized.Engine.Binding;

/// <summary>SESSION: each row with the start and end of its partition's session over a timestamp column.</summary>
internal sealed class LogicalSession : LogicalNode
{
    public LogicalSession(LogicalNode input, IReadOnlyList<int> partition, int timeColumn, long gapMicros, int start, int end)
    {
        Input = input;
        Partition = partition;
        TimeColumn = timeColumn;
        GapMicros = gapMicros;
        Start = start;
        End = end;
        Columns = [.. input.Columns, start, end];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<int> Partition { get; }

    public int TimeColumn { get; }

    public long GapMicros { get; }

    public int Start { get; }

    public int End { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalSession(inputs[0], Partition, TimeColumn, GapMicros, Start, End);
}
