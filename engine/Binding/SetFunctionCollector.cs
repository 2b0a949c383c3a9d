using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// The set-returning functions of one select list. One is joined to each row. Several run in lockstep: functions over
/// arrays become subscripts under one series up to the longest array, the shorter ones giving NULL.
/// </summary>
internal sealed class SetFunctionCollector(BindContext context)
{
    private readonly List<(BoundTableFunction Function, List<int> Columns, string Text, int Position)> _functions = [];

    /// <summary>The columns of a call; the same call twice is one.</summary>
    public IReadOnlyList<ColumnExpression> Add(BoundTableFunction function, int position)
    {
        string text = $"{function.Function}({string.Join(", ", function.Arguments)}) {function.Array} {function.Columns.Count}";
        var known = _functions.Find(f => f.Text == text);
        if (known.Columns is null)
        {
            known = (function, [.. function.Columns.Select(c => context.Pool.Add(c.Name, c.Type))], text, position);
            _functions.Add(known);
        }

        return known.Columns.ConvertAll(context.Pool.Reference);
    }

    public void Rewrite(Func<ScalarExpression, ScalarExpression> rewrite)
    {
        for (int i = 0; i < _functions.Count; i++)
        {
            var entry = _functions[i];
            _functions[i] = entry with
            {
                Function = entry.Function with
                {
                    Arguments = [.. entry.Function.Arguments.Select(rewrite)],
                    Array = entry.Function.Array is { } array ? rewrite(array) : null,
                },
            };
        }
    }

    public LogicalNode Attach(LogicalNode plan)
    {
        if (_functions.Count == 0)
        {
            return plan;
        }

        if (_functions.Count == 1)
        {
            return TableFunctions.Apply(context, plan, _functions[0].Function, _functions[0].Columns);
        }

        return Lockstep(plan);
    }

    private LogicalNode Lockstep(LogicalNode plan)
    {
        var one = new ConstantExpression(Datum.OfInt32(1), SqlType.Int32);
        var lengths = new List<ScalarExpression>();
        foreach (var (function, _, _, position) in _functions)
        {
            var array = ArrayOf(function) ?? throw context.Unsupported(
                "several set-returning functions in a select list that are not over arrays", position,
                "Call them in FROM.");
            var length = TableFunctions.Upper(context, array, one, position);
            lengths.Add(new CoalesceExpression(
                [length, new ConstantExpression(Datum.OfInt32(0), SqlType.Int32)], SqlType.Int32));
        }

        int n = context.Pool.Add("n", SqlType.Int32);
        var longest = lengths.Aggregate(
            (a, b) => new CaseExpression([new CaseBranch(Compare(">", a, b), a)], b, SqlType.Int32));
        plan = new LogicalTableFunction(plan, "generate_series", [one, longest], [n], false);
        var items = new List<ProjectItem>();
        var rows = new List<(int Id, List<int> Columns)>();
        for (int i = 0; i < _functions.Count; i++)
        {
            var (function, columns, _, position) = _functions[i];
            var within = new CaseBranch(
                Compare("<=", context.Pool.Reference(n), lengths[i]), context.Pool.Reference(n));
            var ordinal = new CaseExpression([within], ExpressionTree.Null(SqlType.Int32), SqlType.Int32);
            if (function.Array is not null)
            {
                items.Add(new ProjectItem(columns[0], ordinal));
                continue;
            }

            var array = function.Arguments[0];
            var access = context.Resolver.Function(BuiltinNames.Subscript, [array.Type, SqlType.Int32], position);
            var element = array.Type.Element!;
            int id = function.Row is null ? columns[0] : context.Pool.Add("row", element);
            items.Add(new ProjectItem(id, new CallExpression(access.Function, [array, context.Pool.Reference(n)], element)));
            if (function.Row is not null)
            {
                rows.Add((id, columns));
            }
            else if (columns.Count > 1)
            {
                items.Add(new ProjectItem(columns[1], ordinal));
            }
        }

        plan = LogicalProject.Extend(plan, context.Pool, items);
        return LogicalProject.Extend(
            plan, context.Pool,
            [.. rows.SelectMany(r => TableFunctions.Fields(context, context.Pool.Reference(r.Id), r.Columns))]);
    }

    private static ScalarExpression? ArrayOf(BoundTableFunction function) =>
        function.Array ?? (function.Function == "unnest" ? function.Arguments[0] : null);

    private CallExpression Compare(string symbol, ScalarExpression left, ScalarExpression right)
    {
        var found = context.Resolver.Operator(symbol, [left.Type, right.Type], 0);
        return new CallExpression(found.Function, [left, right], SqlType.Boolean);
    }
}
