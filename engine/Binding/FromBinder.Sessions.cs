using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>SESSION windows.</summary>
internal sealed partial class FromBinder
{
    /// <summary>SESSION(relation [PARTITION BY k | (k, l)], time, gap).</summary>
    private FromResult SessionWindow(Sql.FunctionReference item, Sql.FunctionCall call, Scope lateral)
    {
        if (call.Arguments.Count != 3)
        {
            throw _context.Error(
                SqlState.UndefinedFunction,
                "session takes a relation, optionally with PARTITION BY, a time column and a gap", call.Position);
        }

        var input = WindowInput(call.Arguments[0].Value, lateral);
        var scope = new Scope(null);
        scope.Add(input);
        var binder = new ExpressionBinder(_context, queries, scope, "SESSION");
        var (plan, time) = TimeColumn(input.Plan, binder, call.Arguments[1].Value);
        (plan, time) = AsTimestamp(plan, time);
        long gap = Micros(binder, call.Arguments[2].Value, "session");
        if (gap <= 0)
        {
            throw _context.Error(
                SqlState.InvalidParameterValue, "the gap of a session window must be positive",
                ExpressionBinder.PositionOf(call.Arguments[2].Value));
        }

        var partition = new List<int>();
        foreach (var key in PartitionKeys(call.Arguments[0].PartitionBy))
        {
            var value = binder.BindKnown(key);
            int id = value is ColumnExpression column ? column.Index : _context.Pool.Add("partition", value.Type);
            plan = value is ColumnExpression ? plan : LogicalProject.Extend(plan, _context.Pool, [new ProjectItem(id, value)]);
            partition.Add(id);
        }

        var type = _context.Pool.TypeOf(time);
        var start = new RangeColumn("window_start", _context.Pool.Add("window_start", type), type);
        var end = new RangeColumn("window_end", _context.Pool.Add("window_end", type), type);
        var session = new LogicalSession(plan, [.. partition.Distinct()], time, gap, start.Id, end.Id);
        List<RangeColumn> columns = [.. input.Visible, start, end];
        string? relation = input.Variables.Count == 1 ? input.Variables[0].Name : null;
        return Ranged(session, relation is { Length: > 0 } ? relation : "session", null, columns, item.Alias, item.Position);
    }

    private static IEnumerable<Sql.Expression> PartitionKeys(Sql.Expression? partitionBy) => partitionBy switch
    {
        null => [],
        Sql.RowExpression row => row.Elements,
        _ => [partitionBy],
    };

    private (LogicalNode Plan, int Column) AsTimestamp(LogicalNode plan, int time)
    {
        if (_context.Pool.TypeOf(time).Id != TypeId.Date)
        {
            return (plan, time);
        }

        int id = _context.Pool.Add("time", SqlType.Timestamp);
        var value = new CastExpression(_context.Pool.Reference(time), SqlType.Timestamp);
        return (LogicalProject.Extend(plan, _context.Pool, [new ProjectItem(id, value)]), id);
    }
}
