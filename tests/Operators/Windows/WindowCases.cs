using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Windows;

/// <summary>
/// The calls the differential tests run over rows (partition, order, text, key, less by 2, more by 1, condition, numeric,
/// float, small number): each kind of function over each kind of frame.
/// </summary>
internal static class WindowCases
{
    internal const int Partition = 0;
    internal const int Order = 1;
    internal const int Text = 2;
    internal const int Key = 3;
    internal const int Less = 4;
    internal const int More = 5;
    internal const int Condition = 6;
    internal const int Exact = 7;
    internal const int Float = 8;
    internal const int Small = 9;

    internal static readonly SqlType[] Types = [
        SqlType.Int32, SqlType.Int64, SqlType.Varchar, SqlType.Int64, SqlType.Int64, SqlType.Int64, SqlType.Boolean,
        SqlType.Numeric, SqlType.Float64, SqlType.Int32];

    internal static readonly Dictionary<string, WindowCall[]> All = new()
    {
        ["ranks"] = [
            Rank(WindowFunctionKind.RowNumber), Rank(WindowFunctionKind.Rank), Rank(WindowFunctionKind.DenseRank),
            Rank(WindowFunctionKind.PercentRank, SqlType.Float64), Rank(WindowFunctionKind.CumeDist, SqlType.Float64),
            Rank(WindowFunctionKind.Ntile, SqlType.Int32) with { Count = 3 }],
        ["first ranks"] = [
            Rank(WindowFunctionKind.RowNumber), Rank(WindowFunctionKind.Rank), Rank(WindowFunctionKind.DenseRank)],
        ["rank alone"] = [Rank(WindowFunctionKind.Rank)],
        ["offsets"] = [
            Value(WindowFunctionKind.Lag, Text, WindowFrame.Default) with { Count = 1 },
            Value(WindowFunctionKind.Lead, Order, WindowFrame.Default) with { Count = 2, Default = Key },
            Value(WindowFunctionKind.Lag, Order, WindowFrame.Default) with { Count = -1 }],
        ["varying offsets"] = [Value(WindowFunctionKind.Lag, Text, WindowFrame.Default) with { Argument2 = Small }],
        ["rows"] = Every(new WindowFrame(FrameBound.Rows(-2), FrameBound.Rows(1))),
        ["rows behind"] = Every(new WindowFrame(FrameBound.Rows(2), FrameBound.Rows(3))),
        ["rows before"] = Every(new WindowFrame(FrameBound.Rows(-4), FrameBound.Rows(-2))),
        ["no rows"] = Every(new WindowFrame(FrameBound.Rows(-1), FrameBound.Rows(-4))),
        ["groups"] = Every(new WindowFrame(FrameBound.Groups(-1), FrameBound.Groups(1))),
        ["groups behind"] = Every(new WindowFrame(FrameBound.Groups(1), FrameBound.Groups(2))),
        ["values"] = Every(new WindowFrame(Valued(Less), Valued(More), FrameExclusion.None, Order)),
        ["values and peers"] = Every(new WindowFrame(Valued(Less), FrameBound.Groups(0), FrameExclusion.None, Order)),
        ["running"] = Every(WindowFrame.Default),
        ["running rows"] = Every(new WindowFrame(FrameBound.Unbounded, FrameBound.Rows(0))),
        ["remaining"] = Every(new WindowFrame(FrameBound.Rows(0), FrameBound.Unbounded)),
        ["remaining groups"] = Every(new WindowFrame(FrameBound.Groups(1), FrameBound.Unbounded)),
        ["until before"] = Every(new WindowFrame(FrameBound.Unbounded, FrameBound.Rows(-3))),
        ["ends"] = [
            Value(WindowFunctionKind.FirstValue, Text, WindowFrame.Whole), Value(WindowFunctionKind.LastValue, Text, WindowFrame.Whole),
            Value(WindowFunctionKind.LastValue, Order, WindowFrame.Default),
            Value(WindowFunctionKind.NthValue, Key, WindowFrame.Default) with { Count = 3 }],
        ["places"] = [
            Rank(WindowFunctionKind.RowNumber), Rank(WindowFunctionKind.Rank),
            Rank(WindowFunctionKind.PercentRank, SqlType.Float64), Rank(WindowFunctionKind.CumeDist, SqlType.Float64)],
        ["whole"] = Every(WindowFrame.Whole),
        ["without itself"] = Every(new WindowFrame(FrameBound.Rows(-2), FrameBound.Rows(2), FrameExclusion.CurrentRow)),
        ["without peers"] = Every(new WindowFrame(FrameBound.Groups(-1), FrameBound.Rows(2), FrameExclusion.Group)),
        ["without ties"] = Every(new WindowFrame(FrameBound.Unbounded, FrameBound.Groups(0), FrameExclusion.Ties)),
        ["numbers"] = Numbers(new WindowFrame(FrameBound.Rows(-3), FrameBound.Groups(0))),
        ["running numbers"] = Numbers(WindowFrame.Default),
        ["several frames"] = [
            Rank(WindowFunctionKind.RowNumber), Value(WindowFunctionKind.Lead, Key, WindowFrame.Default) with { Count = 1 },
            Sum(AggregateKind.Sum, Order, SqlType.NumericOf(38, 0), new WindowFrame(FrameBound.Rows(-1), FrameBound.Rows(0))),
            Sum(AggregateKind.Count, Order, SqlType.Int64, new WindowFrame(Valued(Less), FrameBound.Unbounded, FrameExclusion.None, Order)),
            Sum(AggregateKind.Max, Text, SqlType.Varchar, new WindowFrame(FrameBound.Groups(-2), FrameBound.Groups(-1)))],
    };

    private static FrameBound Valued(int column) => new(FrameBoundUnit.Value, Column: column);

    private static WindowCall Rank(WindowFunctionKind kind, SqlType? type = null) =>
        new(kind, type ?? SqlType.Int64, WindowFrame.Default);

    private static WindowCall Value(WindowFunctionKind kind, int argument, WindowFrame frame) =>
        new(kind, Types[argument], frame) { Argument = argument, ArgumentType = Types[argument] };

    private static WindowCall Sum(AggregateKind kind, int argument, SqlType type, WindowFrame frame) =>
        new(WindowFunctionKind.Aggregate, type, frame)
        {
            Aggregate = kind,
            Argument = argument,
            ArgumentType = argument < 0 ? SqlType.Unknown : Types[argument],
        };

    private static WindowCall[] Every(WindowFrame frame) => [
        Sum(AggregateKind.CountStar, -1, SqlType.Int64, frame),
        Sum(AggregateKind.Sum, Order, SqlType.NumericOf(38, 0), frame) with { Filter = Condition },
        Sum(AggregateKind.Min, Text, SqlType.Varchar, frame),
        Sum(AggregateKind.Max, Order, SqlType.Int64, frame) with { Filter = Condition },
        Sum(AggregateKind.StringAgg, Text, SqlType.Varchar, frame) with { Argument2 = Text },
        Sum(AggregateKind.ArrayAgg, Order, SqlType.ListOf(SqlType.Int64), frame) with { Filter = Condition },
        Value(WindowFunctionKind.FirstValue, Order, frame),
        Value(WindowFunctionKind.FirstValue, Order, frame) with { IgnoreNulls = true },
        Value(WindowFunctionKind.LastValue, Text, frame),
        Value(WindowFunctionKind.LastValue, Text, frame) with { IgnoreNulls = true },
        Value(WindowFunctionKind.NthValue, Text, frame) with { Count = 2 }];

    private static WindowCall[] Numbers(WindowFrame frame) => [
        Sum(AggregateKind.Sum, Exact, SqlType.Numeric, frame),
        Sum(AggregateKind.Avg, Float, SqlType.Float64, frame),
        Sum(AggregateKind.Sum, Float, SqlType.Float64, frame),
        Sum(AggregateKind.Sum, Small, SqlType.Int64, frame),
        Sum(AggregateKind.Min, Exact, SqlType.Numeric, frame),
        Sum(AggregateKind.Count, Float, SqlType.Int64, frame),
        Sum(AggregateKind.BoolAnd, Condition, SqlType.Boolean, frame),
        Sum(AggregateKind.BitAnd, Small, SqlType.Int32, frame),
        Sum(AggregateKind.BitXor, Small, SqlType.Int32, frame)];
}
