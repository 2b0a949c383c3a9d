using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>Predicates over (ts timestamp, d date, n int8, s) and now(), each with its meaning by hand.</summary>
internal static class TemporalPredicates
{
    private const long Day = Temporal.MicrosPerDay;

    private static readonly ScalarExpression _ts = TestExpressions.Column(0, SqlType.Timestamp);
    private static readonly ScalarExpression _date = TestExpressions.Column(1, SqlType.Date);
    private static readonly ScalarExpression _number = TestExpressions.Column(2, SqlType.Int64);
    private static readonly ScalarExpression _now =
        new CastExpression(new ContextExpression(ContextValue.Now, SqlType.TimestampTz), SqlType.Timestamp);

    private static readonly ScalarExpression _today = new CastExpression(_now, SqlType.Date);

    private static readonly Dictionary<string, (ScalarExpression Predicate, Func<Row, long, bool> Holds)> _all = new()
    {
        ["last day"] = (Of(">", _ts, Less(_now, 0, 1, 0)), (r, now) => Is(r[0], t => t > now - Day)),
        ["last day, end included"] = (Of(">=", _ts, Less(_now, 0, 1, 0)), (r, now) => Is(r[0], t => t >= now - Day)),
        ["come by now"] = (Of("<=", _ts, _now), (r, now) => Is(r[0], t => t <= now)),
        ["now is after"] = (Of(">", _now, _ts), (r, now) => Is(r[0], t => now > t)),
        ["between"] = (
            And(Of(">=", _ts, Less(_now, 0, 1, 0)), Of("<=", _ts, _now)),
            (r, now) => Is(r[0], t => t >= now - Day && t <= now)),
        ["not between"] = (
            Not(And(Of(">=", _ts, Less(_now, 0, 1, 0)), Of("<=", _ts, _now))),
            (r, now) => Is(r[0], t => !(t >= now - Day && t <= now))),
        ["or a number"] = (
            Or(Of("=", _number, TestExpressions.Constant(1)), Of(">", _ts, Less(_now, 0, 1, 0))),
            (r, now) => r[2].AsInt64 == 1 || Is(r[0], t => t > now - Day)),
        ["two columns"] = (
            Or(Of(">", _date, _today), And(Of("<", _ts, _now), Of(">", _ts, Less(_now, 0, 0, 7_200_000_000)))),
            (r, now) => Is(r[1], d => d > now / Day) || Is(r[0], t => t < now && t > now - 7_200_000_000)),
        ["today"] = (Of("=", _date, _today), (r, now) => Is(r[1], d => d == now / Day)),
        ["not today"] = (Of("<>", _date, _today), (r, now) => Is(r[1], d => d != now / Day)),
        ["last month"] = (
            Of(">", _ts, Less(_now, 1, 0, 0)),
            (r, now) => Is(r[0], t => t > MonthsBack(now, 1))),
        ["older than a month and an hour"] = (
            Of("<=", _ts, Less(_now, 1, 0, 3_600_000_000)),
            (r, now) => Is(r[0], t => t <= MonthsBack(now, 1) - 3_600_000_000)),
        ["month before today"] = (
            Of(">=", new CastExpression(_date, SqlType.Timestamp), Less(_today, 1, 0, 0)),
            (r, now) => Is(r[1], d => d * Day >= MonthsBack(now / Day * Day, 1))),
        ["hour of now"] = (
            Of(">=", _ts, Truncated("hour")),
            (r, now) => Is(r[0], t => t >= now / 3_600_000_000 * 3_600_000_000)),
    };

    internal static IEnumerable<string> Names => _all.Keys;

    internal static (ScalarExpression Predicate, Func<Row, long, bool> Holds) Find(string name) => _all[name];

    /// <summary>The same predicate with its comparisons replaced.</summary>
    internal static ScalarExpression WithComparison(ScalarExpression predicate, string from, string to) =>
        predicate is CallExpression { Function.Name: var name, Arguments: [var a, var b] } && name == from
            ? Of(to, a, b)
            : ExpressionTree.MapChildren(predicate, e => WithComparison(e, from, to));

    /// <summary>The same predicate with the calendar forgotten.</summary>
    internal static ScalarExpression WithMonthsOf30Days(ScalarExpression predicate) =>
        predicate is ConstantExpression { Type.Id: TypeId.Interval } constant
            && IntervalValue.FromBits(constant.Value.Raw) is { Months: > 0 } span
            ? new ConstantExpression(
                Datum.OfRaw(SqlType.Interval, new IntervalValue(0, span.Days + (30 * span.Months), span.Micros).Bits), SqlType.Interval)
            : ExpressionTree.MapChildren(predicate, WithMonthsOf30Days);

    private static bool Is(Datum value, Func<long, bool> holds) =>
        !value.IsNull && holds(value.Type.Id == TypeId.Date ? (int)value.Raw : value.AsInt64);

    /// <summary>By the calendar of .NET, which is not the engine's.</summary>
    private static long MonthsBack(long micros, int months) =>
        (DateTime.UnixEpoch.AddTicks(micros * 10).AddMonths(-months) - DateTime.UnixEpoch).Ticks / 10;

    private static CallExpression Of(string name, params ScalarExpression[] arguments)
    {
        var function = BuiltinFunctions.Shared.Overloads(name).First(f => f.Parameters.Count == arguments.Length
            && f.Parameters.Zip(arguments).All(p => p.First.Equals(p.Second.Type)));
        return new CallExpression(function, arguments, function.Result([.. arguments.Select(a => a.Type)]));
    }

    private static CallExpression Less(ScalarExpression time, int months, int days, long micros) => Of(
        "-", time, new ConstantExpression(Datum.OfRaw(SqlType.Interval, new IntervalValue(months, days, micros).Bits), SqlType.Interval));

    private static CallExpression Truncated(string unit) =>
        Of("date_trunc", new ConstantExpression(Datum.OfText(SqlType.Varchar, unit), SqlType.Varchar), _now);

    private static LogicalExpression And(params ScalarExpression[] terms) => new(true, terms);

    private static LogicalExpression Or(params ScalarExpression[] terms) => new(false, terms);

    private static CallExpression Not(ScalarExpression term) => Of("not", term);
}
