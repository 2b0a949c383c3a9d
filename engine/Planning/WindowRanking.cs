using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>A condition that bounds time - window_end.</summary>
/// <param name="Condition">The condition as it stands in the statement.</param>
/// <param name="Group">The window column, as the aggregate's group.</param>
/// <param name="IsLower">time - window_end is at least, else at most, the bound.</param>
/// <param name="Micros">The bound, inclusive.</param>
internal readonly record struct WindowBound(ScalarExpression Condition, int Group, bool IsLower, long Micros);

/// <summary>
/// Which tumbling windows a row can meet by conditions that bound its time against a window's start or end. Window ends stand a size
/// apart, and a row's time is 1 to size microseconds before the end of its own: with d = time - own end in [-size, -1] and the
/// window k sizes later, time - end = d - k size. So bounds from below and above leave few k, and for most of them only rows near
/// the window's bound: `time between window_end - size and window_end` is k = 0, and k = -1 where d = -size, at the very start. No window
/// holds infinite times.
/// </summary>
internal sealed class WindowRanking
{
    /// <summary>More windows than so many beside the own are not worth a join each.</summary>
    private const int OthersMax = 4;

    private readonly LogicalHop _hop;

    private WindowRanking(LogicalHop hop, ScalarExpression time) => (_hop, Time) = (hop, time);

    /// <summary>The time over the relation's base.</summary>
    internal ScalarExpression Time { get; }

    private long Size => _hop.SizeMicros;

    /// <summary>Null for dates, which windows turn into timestamps.</summary>
    internal static WindowRanking? Of(LogicalHop hop, RankedInput input)
    {
        var time = hop.Input is LogicalProject extended
            ? extended.Items.Where(i => i.Id == hop.TimeColumn).Select(i => i.Value).FirstOrDefault() : null;
        var column = input.Values.Values.OfType<ColumnExpression>().FirstOrDefault(c => c.Index == hop.Start);
        column ??= input.Values.Values.OfType<ColumnExpression>().FirstOrDefault(c => c.Index == hop.End);
        return column is null ? null : new WindowRanking(hop, time ?? new ColumnExpression(hop.TimeColumn, column.Type));
    }

    /// <summary>Whether a group is the window's start or end.</summary>
    internal bool IsBound(ScalarExpression group) => group is ColumnExpression c && (c.Index == _hop.Start || c.Index == _hop.End);

    /// <summary>A bound against either as one against the end.</summary>
    internal long FromEnd(ColumnBound bound, ScalarExpression column) =>
        column is ColumnExpression c && c.Index == _hop.Start ? bound.Micros - Size : bound.Micros;

    /// <summary>How many sizes later than its own the windows are that a row can meet; null: too many, or not bounded.</summary>
    internal List<long>? Shifts(List<WindowBound> bounds)
    {
        if (!bounds.Exists(b => b.IsLower) || !bounds.Exists(b => !b.IsLower))
        {
            return null;
        }

        // Lower: -1 - k size >= bound. Upper: -size - k size <= bound.
        long last = Floor(-1 - bounds.Where(b => b.IsLower).Max(b => b.Micros), Size);
        long first = -Floor(Size + bounds.Where(b => !b.IsLower).Min(b => b.Micros), Size);
        return first <= 0 && last >= 0 && last - first <= OthersMax
            ? [.. Enumerable.Range(0, (int)(last - first) + 1).Select(k => first + k)] : null;
    }

    /// <summary>Whether a bound holds for every row with a finite time in the window so many sizes later.</summary>
    internal bool Follows(WindowBound bound, long shift) =>
        bound.IsLower ? -Size - (shift * Size) >= bound.Micros : -1 - (shift * Size) <= bound.Micros;

    /// <summary>A window's start or end so many sizes later.</summary>
    internal ScalarExpression? Shifted(ScalarExpression column, long shift, BindContext context)
    {
        bool isEnd = ((ColumnExpression)column).Index == _hop.End;
        if (shift == (isEnd ? -1 : 1))
        {
            return new ColumnExpression(isEnd ? _hop.Start : _hop.End, column.Type);
        }

        var span = new ConstantExpression(
            Datum.OfRaw(SqlType.Interval, new IntervalValue(0, 0, shift * Size).Bits), SqlType.Interval);
        return Call("+", column, span, column.Type, context);
    }

    internal ScalarExpression? Equates(ScalarExpression a, ScalarExpression b, BindContext context) =>
        Call("=", a, b, SqlType.Boolean, context);

    private static CallExpression? Call(string symbol, ScalarExpression a, ScalarExpression b, SqlType result, BindContext context) =>
        context.Resolver.Find(symbol, [a.Type, b.Type], isOperator: true, 0) is { } found
            ? new CallExpression(found.Function, [a, b], result) : null;

    private static long Floor(long value, long size) => Math.DivRem(value, size, out long rest) - (rest < 0 ? 1 : 0);
}
