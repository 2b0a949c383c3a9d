using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Ordered-set aggregates: percentile_cont, percentile_disc, mode, approx_percentile WITHIN GROUP (ORDER BY x).</summary>
internal sealed partial class ExpressionBinder
{
    private const double DefaultRelativeError = 0.01;

    private ColumnExpression OrderedSetAggregate(Sql.FunctionCall call, AggregateKind kind)
    {
        string name = call.Name.Name;
        if (call.WithinGroup.Count == 0)
        {
            throw _context.Error(
                SqlState.WrongObjectType, $"WITHIN GROUP is required for ordered-set aggregate {name}", call.Position);
        }

        if (call.Distinct || call.OrderBy.Count > 0)
        {
            throw _context.Error(
                SqlState.SyntaxError, $"cannot use {(call.Distinct ? "DISTINCT" : "multiple ORDER BY clauses")} with WITHIN GROUP",
                call.Position);
        }

        int direct = call.Arguments.Count;
        bool fits = kind switch
        {
            AggregateKind.Mode => direct == 0,
            AggregateKind.ApproxPercentile => direct is 1 or 2,
            _ => direct == 1,
        };
        var order = call.WithinGroup[0];
        var bound = Aggregates!.Arguments.Bind(order.Value);
        if (!fits || call.Star || call.WithinGroup.Count != 1
            || AggregateFunctions.ArgumentType(kind, bound.Type) is not { } type)
        {
            throw UnknownAggregate(call, [.. call.Arguments.Select(a => Aggregates.Arguments.Bind(a.Value)), bound]);
        }

        if (Aggregates.IsOuter(bound))
        {
            throw _context.Unsupported("an aggregate over columns of an outer query", call.Position);
        }

        var value = _coercion.To(bound, type, PositionOf(order.Value));
        var (fractions, isList) = kind == AggregateKind.Mode ? (null, false) : Fractions(call);
        if (kind == AggregateKind.ApproxPercentile)
        {
            value = CallBound(BuiltinNames.PercentileBucket, [value, RelativeError(call)], call.Position);
        }

        var (descending, nullsFirst) = _queries.Direction(order);
        int argument = Aggregates.ColumnFor(value, name);
        return Aggregates.Add(
            new LogicalAggregateItem(-1, kind, argument, value.Type, isList ? SqlType.ListOf(value.Type) : value.Type)
            {
                Filter = FilterColumn(call),
                OrderBy = [new LogicalSortKey(argument, descending, nullsFirst)],
                Fractions = fractions,
            }, name);
    }

    /// <summary>The first direct argument, a constant fraction or a list of them.</summary>
    private (IReadOnlyList<double?> Fractions, bool IsList) Fractions(Sql.FunctionCall call)
    {
        int position = PositionOf(call.Arguments[0].Value);
        var bound = Bind(call.Arguments[0].Value);
        bool isList = bound.Type.Id == TypeId.List && call.Name.Name != "approx_percentile";
        var constant = ConstantArgument(
            _coercion.To(bound, isList ? SqlType.ListOf(SqlType.Float64) : SqlType.Float64, position), "a percentile's fraction",
            position);
        if (constant.IsNull)
        {
            return ([null], false);
        }

        var fractions = new List<double?>();
        if (isList)
        {
            var list = new PackedList(SqlType.Float64, constant.Bytes);
            for (int i = 0; i < list.Count; i++)
            {
                fractions.Add(list.IsNull(i) ? null : list[i].AsFloat64);
            }
        }
        else
        {
            fractions.Add(constant.AsFloat64);
        }

        double? wrong = fractions.Find(f => f is { } x && !(x >= 0 && x <= 1));
        return wrong is null ? (fractions, isList) : throw _context.Error(
            SqlState.NumericValueOutOfRange,
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"percentile value {wrong} is not between 0 and 1"), position);
    }

    private ConstantExpression RelativeError(Sql.FunctionCall call)
    {
        double error = DefaultRelativeError;
        if (call.Arguments.Count > 1)
        {
            int position = PositionOf(call.Arguments[1].Value);
            var constant = ConstantArgument(
                _coercion.To(Bind(call.Arguments[1].Value), SqlType.Float64, position), "a relative error", position);
            error = constant.IsNull ? DefaultRelativeError : constant.AsFloat64;
            if (!(error > 0 && error < 1))
            {
                throw _context.Error(
                    SqlState.InvalidParameterValue, "the relative error of approx_percentile must be between 0 and 1", position);
            }
        }

        return new ConstantExpression(Datum.OfFloat64(error), SqlType.Float64);
    }

    private Datum ConstantArgument(ScalarExpression value, string what, int position) =>
        ExpressionFolding.Fold(value) is ConstantExpression constant ? constant.Value
            : throw _context.Unsupported($"{what} that is not constant", position);
}
