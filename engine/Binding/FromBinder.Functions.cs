using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Functions in FROM: set-returning ones, scalar ones as one row, and the time windows TUMBLE and HOP.</summary>
internal sealed partial class FromBinder
{
    private FromResult Function(Sql.FunctionReference item, Scope lateral)
    {
        if (item.Function is Sql.FunctionCall { Name.Schema: null } call
            && call.Name.Name is "tumble" or "hop" or "session")
        {
            return TimeWindow(item, (Sql.FunctionCall)item.Function, lateral);
        }

        var subqueries = new SubqueryList();
        var binder = new ExpressionBinder(_context, queries, lateral, "functions in FROM") { Subqueries = subqueries };
        var result = item.Alias?.ColumnDefinitions.Count > 0
            ? WithDefinitions(item, binder)
            : item.Function is Sql.FunctionCall f && TableFunctions.IsKnown(f.Name.Name)
            ? SetReturning(item, f, binder)
            : Scalar(item, binder);
        return subqueries.Count == 0 ? result
            : throw _context.Unsupported("a subquery in the arguments of a function in FROM", item.Position);
    }

    private FromResult SetReturning(Sql.FunctionReference item, Sql.FunctionCall call, ExpressionBinder binder)
    {
        string name = call.Name.Name;
        var arguments = call.Arguments.Select(a => binder.Bind(a.Value)).ToList();
        var bound = TableFunctions.Bind(binder, _context, name, arguments, call.Position);
        if (bound.Ordinality && item.WithOrdinality)
        {
            throw _context.Unsupported($"{name} WITH ORDINALITY", item.Position);
        }

        return SetReturning(item, bound, name);
    }

    private FromResult SetReturning(Sql.FunctionReference item, BoundTableFunction bound, string name)
    {
        var columns = bound.Columns.ToList();
        if (columns.Count == 1 && item.Alias is { Name: { } alias })
        {
            // A function of one column names it like itself.
            columns[0] = (alias, columns[0].Type);
        }

        if (item.WithOrdinality)
        {
            columns.Add(("ordinality", SqlType.Int64));
        }

        var ranged = columns.ConvertAll(c => new RangeColumn(c.Name, _context.Pool.Add(c.Name, c.Type), c.Type));
        int[] ids = [.. ranged.Select(c => c.Id)];
        var plan = TableFunctions.Apply(_context, null, bound, ids, item.WithOrdinality);
        return Scalarlike(Ranged(plan, name, null, ranged, item.Alias, item.Position), columns.Count == 1);
    }

    /// <summary>jsonb_to_record(json) AS r(a int, ...), jsonb_to_recordset: the definitions are the row type.</summary>
    private FromResult WithDefinitions(Sql.FunctionReference item, ExpressionBinder binder)
    {
        var definitions = item.Alias!.ColumnDefinitions;
        if (item.Function is not Sql.FunctionCall { Name.Name: "jsonb_to_record" or "jsonb_to_recordset" } call
            || call.Arguments.Count != 1)
        {
            throw _context.Unsupported("a column definition list for this function", item.Alias.Position);
        }

        var type = SqlType.StructOf(new StructFields(
            [.. definitions.Select(d => (d.Name, TypeResolver.Resolve(d.Type, _context)))]));
        item = item with { Alias = item.Alias with { ColumnDefinitions = [] } };
        ScalarExpression[] arguments = [ExpressionTree.Null(type), binder.Bind(call.Arguments[0].Value)];
        return call.Name.Name == "jsonb_to_record"
            ? Scalar(item, binder.CallBound("jsonb_populate_record", arguments, call.Position), call.Name.Name)
            : SetReturning(
                item, TableFunctions.OfList(call.Name.Name, binder.CallBound(SetFunctions.Records, arguments, call.Position)),
                call.Name.Name);
    }

    /// <summary>FROM f(x): one row with the value; a row value gives a column a field.</summary>
    private FromResult Scalar(Sql.FunctionReference item, ExpressionBinder binder) => Scalar(
        item, binder.BindKnown(item.Function), OutputName.Of(new Sql.SelectItem(item.Function)));

    private FromResult Scalar(Sql.FunctionReference item, ScalarExpression value, string name)
    {
        if (value.Type.Id == TypeId.Struct && !item.WithOrdinality)
        {
            int row = _context.Pool.Add(name, value.Type);
            var fields = value.Type.Fields!.Items
                .Select(f => new RangeColumn(f.Name, _context.Pool.Add(f.Name, f.Type), f.Type)).ToList();
            var single = new LogicalProject(LogicalValues.OneRow, [new ProjectItem(row, value)]);
            var expanded = new LogicalProject(
                single, [.. TableFunctions.Fields(_context, _context.Pool.Reference(row), [.. fields.Select(f => f.Id)])]);
            return Ranged(expanded, name, null, fields, item.Alias, item.Position);
        }

        return ScalarValue(item, value, name);
    }

    private FromResult ScalarValue(Sql.FunctionReference item, ScalarExpression value, string name)
    {
        var column = new RangeColumn(item.Alias?.Name ?? name, _context.Pool.Add(name, value.Type), value.Type);
        var columns = new List<RangeColumn> { column };
        var items = new List<ProjectItem> { new(column.Id, value) };
        if (item.WithOrdinality)
        {
            var ordinal = new RangeColumn("ordinality", _context.Pool.Add("ordinality", SqlType.Int64), SqlType.Int64);
            columns.Add(ordinal);
            items.Add(new ProjectItem(ordinal.Id, new ConstantExpression(Datum.OfInt64(1), SqlType.Int64)));
        }

        var plan = new LogicalProject(LogicalValues.OneRow, items);
        return Scalarlike(Ranged(plan, name, null, columns, item.Alias, item.Position), columns.Count == 1);
    }

    private static FromResult Scalarlike(FromResult result, bool oneColumn) => !oneColumn ? result : result with
    {
        Variables = [new RangeVariable(result.Variables[0].Name, result.Variables[0].Columns) { IsScalar = true }],
    };

    /// <summary>TUMBLE(relation, time, size [, offset]), HOP(relation, time, slide, size [, offset]).</summary>
    private FromResult TimeWindow(Sql.FunctionReference item, Sql.FunctionCall call, Scope lateral)
    {
        string name = call.Name.Name;
        if (name == "session")
        {
            return SessionWindow(item, call, lateral);
        }

        int intervals = name == "tumble" ? 1 : 2;
        if (call.Arguments.Count < 2 + intervals || call.Arguments.Count > 3 + intervals)
        {
            throw _context.Error(
                SqlState.UndefinedFunction,
                $"{name} takes a relation, a time column, {(intervals == 1 ? "a size" : "a slide, a size")} and optionally an offset",
                call.Position);
        }

        var input = WindowInput(call.Arguments[0].Value, lateral);
        var scope = new Scope(null);
        scope.Add(input);
        var binder = new ExpressionBinder(_context, queries, scope, $"{name.ToUpperInvariant()}");
        var (plan, time) = TimeColumn(input.Plan, binder, call.Arguments[1].Value);
        long[] micros = [.. call.Arguments.Skip(2).Select(a => Micros(binder, a.Value, name))];
        long slide = micros[0];
        long size = intervals == 1 ? micros[0] : micros[1];
        if (slide <= 0 || size <= 0)
        {
            throw _context.Error(
                SqlState.InvalidParameterValue, "the slide and the size of a time window must be positive",
                ExpressionBinder.PositionOf(call.Arguments[2].Value));
        }

        if (size % slide != 0)
        {
            throw _context.Unsupported(
                "a window size that is not a multiple of the slide",
                ExpressionBinder.PositionOf(call.Arguments[3].Value));
        }

        var type = _context.Pool.TypeOf(time).Id == TypeId.Date ? SqlType.Timestamp : _context.Pool.TypeOf(time);
        var start = new RangeColumn("window_start", _context.Pool.Add("window_start", type), type);
        var end = new RangeColumn("window_end", _context.Pool.Add("window_end", type), type);
        var hop = new LogicalHop(plan, time, slide, size, micros.Length > intervals ? micros[^1] : 0, start.Id, end.Id);
        List<RangeColumn> columns = [.. input.Visible, start, end];
        string? relation = input.Variables.Count == 1 ? input.Variables[0].Name : null;
        return Ranged(hop, relation is { Length: > 0 } ? relation : name, null, columns, item.Alias, item.Position);
    }

    private FromResult WindowInput(Sql.Expression argument, Scope lateral)
    {
        switch (argument)
        {
            case Sql.ColumnReference relation:
                var name = new Sql.QualifiedName(relation.Parts) { Position = relation.Position };
                return Bind(new Sql.TableReference(name) { Position = relation.Position }, lateral.Outer, lateral);
            case Sql.ScalarSubquery subquery:
                return Bind(new Sql.SubqueryReference(subquery.Query) { Position = subquery.Position }, lateral.Outer,
                    lateral);
            default:
                throw _context.Error(
                    SqlState.SyntaxError, "the first argument of a time window must be a relation",
                    ExpressionBinder.PositionOf(argument));
        }
    }

    private (LogicalNode Plan, int Column) TimeColumn(
        LogicalNode plan, ExpressionBinder binder, Sql.Expression argument)
    {
        var value = binder.Bind(argument);
        if (value.Type.Id is not (TypeId.Timestamp or TypeId.TimestampTz or TypeId.Date))
        {
            throw _context.Error(
                SqlState.DatatypeMismatch,
                $"the time column of a window must be a date or timestamp, not {CommonType.PgName(value.Type)}",
                ExpressionBinder.PositionOf(argument));
        }

        if (value is ColumnExpression column)
        {
            return (plan, column.Index);
        }

        int id = _context.Pool.Add("time", value.Type);
        return (LogicalProject.Extend(plan, _context.Pool, [new ProjectItem(id, value)]), id);
    }

    private long Micros(ExpressionBinder binder, Sql.Expression argument, string name)
    {
        int position = ExpressionBinder.PositionOf(argument);
        var value = binder.Coercion.To(binder.Bind(argument), SqlType.Interval, position);
        if (value is not ConstantExpression { Value.IsNull: false } constant)
        {
            throw _context.Error(
                SqlState.InvalidParameterValue, $"the intervals of {name} must be constants", position);
        }

        var interval = IntervalValue.FromBits(constant.Value.Raw);
        if (interval.Months != 0)
        {
            throw _context.Unsupported("a time window of months", position, "Months differ in length; use days.");
        }

        return interval.Micros + (interval.Days * Temporal.MicrosPerDay);
    }
}
