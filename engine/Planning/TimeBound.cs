using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// One comparison of a row's time with a function of now(), such as `ts > now() - interval '1 day'`: its truth for a row
/// changes when the function's value reaches the row's (Inclusive) or gets beyond it, and at no other time.
/// </summary>
/// <param name="Value">The row's side: a date or timestamp without now().</param>
/// <param name="Now">The other side: now() moved by constants.</param>
/// <param name="Inclusive">The truth changes when Now = Value already (>, &lt;=), else when Now > Value (>=, &lt;).</param>
/// <param name="FallsBack">Now falls back at midnight where months are cut (31 March less a month, 30 March less one).</param>
internal sealed record TimeBound(ScalarExpression Value, ScalarExpression Now, bool Inclusive, bool FallsBack)
{
    /// <summary>All bounds of a predicate. Refuses uses of now() whose truth could change otherwise.</summary>
    public static IReadOnlyList<TimeBound> Of(ScalarExpression predicate)
    {
        var bounds = new List<TimeBound>();
        Collect(predicate, bounds);
        return [.. bounds.DistinctBy(b => (ExpressionText.Print(b.Value), ExpressionText.Print(b.Now), b.Inclusive))];
    }

    public static bool UsesNow(ScalarExpression expression) =>
        ExpressionTree.Any(expression, e => e is ContextExpression { Value: ContextValue.Now });

    private static void Collect(ScalarExpression expression, List<TimeBound> into)
    {
        if (!UsesNow(expression))
        {
            return;
        }

        if (expression is CallExpression { Arguments: [var left, var right] } call && IsComparison(call.Function.Name)
            && UsesNow(left) != UsesNow(right))
        {
            bool nowIsLeft = UsesNow(left);
            Add(call.Function.Name, nowIsLeft ? right : left, nowIsLeft ? left : right, nowIsLeft, into);
            return;
        }

        if (expression.Type.Id != TypeId.Boolean)
        {
            throw Refused("now() outside of a comparison with a time of the row");
        }

        foreach (var child in ExpressionTree.Children(expression))
        {
            Collect(child, into);
        }
    }

    private static bool IsComparison(string name) => name is "<" or "<=" or ">" or ">=" or "=" or "<>"
        or BuiltinNames.IsDistinct or BuiltinNames.IsNotDistinct;

    private static void Add(string symbol, ScalarExpression value, ScalarExpression now, bool nowIsLeft, List<TimeBound> into)
    {
        if (!IsTime(value.Type) || value.Type.Id != now.Type.Id)
        {
            throw Refused($"a comparison of {value.Type} with a function of now()");
        }

        if (ExpressionTree.IsVolatile(value))
        {
            throw Refused("a comparison of now() with a volatile value");
        }

        bool fallsBack = NowFunction.FallsBack(now);
        bool changesAtEqual = symbol is "=" or "<>" or BuiltinNames.IsDistinct or BuiltinNames.IsNotDistinct;
        // Written from the row's side: value > now changes when now reaches it, value >= now when now passes it.
        bool inclusive = nowIsLeft ? symbol is "<" or ">=" : symbol is ">" or "<=";
        if (changesAtEqual || inclusive)
        {
            into.Add(new TimeBound(value, now, true, fallsBack));
        }

        if (changesAtEqual || !inclusive)
        {
            into.Add(new TimeBound(value, now, false, fallsBack));
        }
    }

    private static bool IsTime(SqlType type) => type.Id is TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz;

    internal static SqlException Refused(string what) => new(
        SqlState.FeatureNotSupported, $"not supported: {what} in a materialized view",
        hint: "In a view now() may be compared with dates and timestamps: ts > now() - interval '1 day'.");
}

/// <summary>What functions of now() move only forward, or back by less than a day at midnight.</summary>
internal static class NowFunction
{
    /// <summary>How a value follows now().</summary>
    private enum Course : byte
    {
        /// <summary>Days and time of day of now(), the days possibly moved.</summary>
        DayAndTime,

        /// <summary>Whole days.</summary>
        Days,

        /// <summary>Moved by part of a day.</summary>
        Moved,
    }

    /// <summary>
    /// Whether the function falls back by less than a day at midnights, being monotone within each day of UTC; refuses what
    /// is not known to be that.
    /// </summary>
    public static bool FallsBack(ScalarExpression now)
    {
        bool fallsBack = false;
        Follow(now, ref fallsBack);
        return fallsBack;
    }

    private static Course Follow(ScalarExpression e, ref bool fallsBack)
    {
        switch (e)
        {
            case ContextExpression { Value: ContextValue.Now }:
                return Course.DayAndTime;
            case CastExpression { Argument: var argument } cast
                when cast.Type.Id is TypeId.Date or TypeId.Timestamp or TypeId.TimestampTz:
                var inner = Follow(argument, ref fallsBack);
                return cast.Type.Id == TypeId.Date ? Course.Days : inner;
            case CallExpression { Function.Name: "+" or "-", Arguments: [var moved, ConstantExpression { Value.IsNull: false } by] }:
                return Move(Follow(moved, ref fallsBack), by, ref fallsBack);
            case CallExpression { Function.Name: "+", Arguments: [ConstantExpression { Value.IsNull: false } by, var moved] }:
                return Move(Follow(moved, ref fallsBack), by, ref fallsBack);
            case CallExpression { Function.Name: "date_trunc", Arguments: [ConstantExpression { Value.IsNull: false } unit, var cut] }:
                // What falls back by less than a day may fall out of a month: rows would be taken for settled too early.
                var course = Follow(cut, ref fallsBack);
                bool isTime = unit.Value.ToString() is "hour" or "minute" or "second" or "milliseconds" or "microseconds";
                return fallsBack ? throw Refused("date_trunc of a time moved by months")
                    : isTime ? course : Course.Days;
            default:
                throw Refused("this function of now()");
        }
    }

    private static Course Move(Course course, ConstantExpression by, ref bool fallsBack)
    {
        if (by.Type.IsInteger)
        {
            return course;
        }

        if (by.Type.Id != TypeId.Interval)
        {
            throw Refused($"now() moved by {by.Type}");
        }

        var span = IntervalValue.FromBits(by.Value.Raw);
        if (span.Months != 0)
        {
            fallsBack |= course switch
            {
                Course.Days => false,
                Course.DayAndTime => true,
                _ => throw Refused("now() moved by part of a day and then by months"),
            };
        }

        return span.Micros == 0 ? course : Course.Moved;
    }

    private static SqlException Refused(string what) => TimeBound.Refused(what);
}
