using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>The window functions; the numbers are durable.</summary>
public enum WindowFunctionKind : byte
{
    RowNumber = 0,
    Rank = 1,
    DenseRank = 2,
    PercentRank = 3,
    CumeDist = 4,
    Ntile = 5,
    Lag = 6,
    Lead = 7,
    FirstValue = 8,
    LastValue = 9,
    NthValue = 10,

    /// <summary>An aggregate over the frame.</summary>
    Aggregate = 11,
}

/// <summary>How a frame's bound is found from the current row; the numbers are durable.</summary>
public enum FrameBoundUnit : byte
{
    /// <summary>The partition's end on that side.</summary>
    Unbounded = 0,

    /// <summary>So many rows away.</summary>
    Rows = 1,

    /// <summary>So many groups of peers away; 0 is RANGE's CURRENT ROW.</summary>
    Groups = 2,

    /// <summary>As far as rows whose order value is not beyond the value in the bound's column.</summary>
    Value = 3,
}

/// <summary>What a frame leaves out; the numbers are durable.</summary>
public enum FrameExclusion : byte
{
    None = 0,
    CurrentRow = 1,
    Group = 2,
    Ties = 3,
}

/// <summary>One bound of a frame.</summary>
/// <param name="Unit">How it is found.</param>
/// <param name="Distance">Rows or groups from the current one, those before it negative.</param>
/// <param name="Column">The column with the bounding value of each row (its order value less or plus the offset), or -1.</param>
public readonly record struct FrameBound(FrameBoundUnit Unit, long Distance = 0, int Column = -1)
{
    public static FrameBound Unbounded => new(FrameBoundUnit.Unbounded);

    public static FrameBound Rows(long distance) => new(FrameBoundUnit.Rows, distance);

    public static FrameBound Groups(long distance) => new(FrameBoundUnit.Groups, distance);
}

/// <summary>A window's frame. OrderColumn holds what bounding values are compared with (-1: there are none).</summary>
public sealed record WindowFrame(
    FrameBound Start, FrameBound End, FrameExclusion Exclusion = FrameExclusion.None, int OrderColumn = -1)
{
    /// <summary>RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.</summary>
    public static WindowFrame Default { get; } = new(FrameBound.Unbounded, FrameBound.Groups(0));

    /// <summary>The whole partition.</summary>
    public static WindowFrame Whole { get; } = new(FrameBound.Unbounded, FrameBound.Unbounded);

    public WindowFrame MapColumns(Func<int, int> map)
    {
        int At(int column) => column < 0 ? -1 : map(column);
        return this with
        {
            Start = Start with { Column = At(Start.Column) },
            End = End with { Column = At(End.Column) },
            OrderColumn = At(OrderColumn),
        };
    }
}

/// <summary>
/// One window function over columns of the window node's input (arguments are projected before). In logical plans the
/// numbers are column ids, in physical ones positions; -1 stands for none.
/// </summary>
public sealed record WindowCall(WindowFunctionKind Kind, SqlType ResultType, WindowFrame Frame)
{
    /// <summary>Which aggregate, for <see cref="WindowFunctionKind.Aggregate"/>.</summary>
    public AggregateKind Aggregate { get; init; }

    public int Argument { get; init; } = -1;

    public SqlType ArgumentType { get; init; } = SqlType.Unknown;

    /// <summary>The separator of string_agg; the offset of lag and lead, n of nth_value and ntile where it is not constant.</summary>
    public int Argument2 { get; init; } = -1;

    /// <summary>The offset of lag and lead, n of nth_value and ntile, where it is constant.</summary>
    public long? Count { get; init; }

    /// <summary>What lag and lead give beyond the partition.</summary>
    public int Default { get; init; } = -1;

    /// <summary>Boolean column that must be true for a row to count in the frame.</summary>
    public int Filter { get; init; } = -1;

    /// <summary>Rows whose argument is NULL are passed over.</summary>
    public bool IgnoreNulls { get; init; }

    public IEnumerable<int> UsedColumns()
    {
        int[] all = [Argument, Argument2, Default, Filter, Frame.Start.Column, Frame.End.Column, Frame.OrderColumn];
        return all.Where(c => c >= 0);
    }

    public WindowCall MapColumns(Func<int, int> map)
    {
        int At(int column) => column < 0 ? -1 : map(column);
        return this with
        {
            Frame = Frame.MapColumns(map),
            Argument = At(Argument),
            Argument2 = At(Argument2),
            Default = At(Default),
            Filter = At(Filter),
        };
    }
}
