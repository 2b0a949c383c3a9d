using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>CASE, casts, arrays and rows.</summary>
internal sealed partial class ExpressionBinder
{
    private ScalarExpression Case(Sql.CaseExpression e)
    {
        var operand = e.Operand is null ? null : Bind(e.Operand);
        var conditions = new List<ScalarExpression>();
        var results = new List<ScalarExpression>();
        var positions = new List<int>();
        foreach (var when in e.Whens)
        {
            conditions.Add(operand is null
                ? _coercion.Boolean(Bind(when.Condition), "argument of CASE/WHEN", PositionOf(when.Condition))
                : Operator("=", operand, Bind(when.Condition), PositionOf(when.Condition)));
            results.Add(Bind(when.Result));
            positions.Add(_context.Position(PositionOf(when.Result)));
        }

        var otherwise = e.Else is null ? ExpressionTree.Null(SqlType.Unknown) : Bind(e.Else);
        positions.Add(e.Else is null ? 0 : _context.Position(PositionOf(e.Else)));
        var type = CommonType.Select(
            "CASE", [_context.LooseType(otherwise), .. results.Select(_context.LooseType)], [positions[^1], .. positions[..^1]]);
        var branches = conditions.Select((c, i) => new CaseBranch(c, _coercion.To(results[i], type, positions[i])))
            .ToArray();
        return new CaseExpression(branches, _coercion.To(otherwise, type, positions[^1]), type);
    }

    private ScalarExpression Cast(Sql.CastExpression e)
    {
        var type = TypeResolver.Resolve(e.Type, _context);
        if (e.Operand is Sql.ArrayExpression array && type.Id == TypeId.List)
        {
            return _coercion.Cast(Array(array, type.Element), type, e.Position);
        }

        if (e.Operand is Sql.StringLiteral literal && type.Id == TypeId.Interval)
        {
            string text = IntervalText(literal.Value, e.Type.IntervalFields, e.Position);
            return LiteralText.Read(text, type, true, _context.Position(literal.Position));
        }

        if (e.Type.IntervalFields != Sql.IntervalFields.All)
        {
            throw _context.Unsupported("casts to an interval of certain fields", e.Position);
        }

        return _coercion.Cast(Bind(e.Operand), type, e.Position);
    }

    /// <summary>INTERVAL '2' SECOND: the field is the unit of a bare number.</summary>
    private string IntervalText(string text, Sql.IntervalFields fields, int position)
    {
        if (fields == Sql.IntervalFields.All)
        {
            return text;
        }

        string? unit = fields switch
        {
            Sql.IntervalFields.Year => "year",
            Sql.IntervalFields.Month or Sql.IntervalFields.YearToMonth => "month",
            Sql.IntervalFields.Day => "day",
            Sql.IntervalFields.Hour or Sql.IntervalFields.DayToHour => "hour",
            Sql.IntervalFields.Minute or Sql.IntervalFields.DayToMinute or Sql.IntervalFields.HourToMinute => "minute",
            Sql.IntervalFields.Second or Sql.IntervalFields.DayToSecond or Sql.IntervalFields.HourToSecond
                or Sql.IntervalFields.MinuteToSecond => "second",
            _ => null,
        };
        bool bare = text.Trim() is { Length: > 0 } trimmed
            && trimmed.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or '.');
        if (bare)
        {
            return $"{text.Trim()} {unit}";
        }

        // '00:00' HOUR TO MINUTE and its kin read the same without the fields, which would only cut digits off.
        return fields is Sql.IntervalFields.DayToSecond or Sql.IntervalFields.HourToSecond or Sql.IntervalFields.HourToMinute
            or Sql.IntervalFields.YearToMonth or Sql.IntervalFields.DayToHour or Sql.IntervalFields.DayToMinute
            ? text
            : throw _context.Unsupported($"an interval literal '{text}' with a single field", position);
    }

    private ScalarExpression Array(Sql.ArrayExpression e, SqlType? elementType)
    {
        if (e.Elements.Count == 0)
        {
            return elementType is null
                ? throw _context.Error(
                    SqlState.IndeterminateDatatype, "cannot determine type of empty array", e.Position,
                    "Explicitly cast to the desired type, for example ARRAY[]::integer[].")
                : LiteralText.Read("{}", SqlType.ListOf(elementType), true, e.Position);
        }

        var items = new List<ScalarExpression>();
        foreach (var element in e.Elements)
        {
            items.Add(element is Sql.ArrayExpression inner && (elementType is null || elementType.Id == TypeId.List)
                ? Array(inner, elementType?.Element)
                : Bind(element));
        }

        var positions = e.Elements.Select(x => _context.Position(PositionOf(x))).ToArray();
        var type = elementType ?? CommonType.Select("ARRAY", [.. items.Select(_context.LooseType)], positions);
        var values = items.Select((item, i) => elementType is null
            ? _coercion.To(item, type, positions[i])
            : _coercion.Cast(item, type, positions[i])).ToList();
        return CallBound(BuiltinNames.Array, values, e.Position);
    }

    private ScalarExpression Row(Sql.RowExpression e)
    {
        var written = BindAll(e.Elements);
        var values = written.Select((v, i) => _coercion.Known(v, PositionOf(e.Elements[i]))).ToList();
        var row = MakeRow(values, [.. values.Select((_, i) => $"f{i + 1}")], e.Position);
        if (written.Exists(v => v.Type.Id == TypeId.Unknown || _context.RowValues.ContainsKey(v)))
        {
            _context.RowValues.Add(row, written);
        }

        return row;
    }

    private CallExpression MakeRow(List<ScalarExpression> values, IReadOnlyList<string> names, int position)
    {
        var found = _context.Resolver.Find(
            BuiltinNames.Row, [.. values.Select(v => v.Type)], isOperator: false, position)
            ?? throw _context.Unsupported("row values", position);
        var type = SqlType.StructOf(new StructFields([.. names.Zip(values, (n, v) => (n, v.Type))]));
        return new CallExpression(found.Function, values, type);
    }

    private ScalarExpression Subscript(Sql.Subscript e)
    {
        var operand = Bind(e.Operand);
        var index = Bind(e.Index);
        if (operand.Type.Id == TypeId.List)
        {
            index = _coercion.Assign(index, SqlType.Int32, "array subscript", PositionOf(e.Index));
            if (e.Operand is Sql.ColumnReference name && IsZeroBased(name))
            {
                index = Operator("+", index, new ConstantExpression(Datum.OfInt32(1), SqlType.Int32), e.Position);
            }
        }

        else if (operand.Type.Id == TypeId.Map)
        {
            index = _coercion.To(index, operand.Type.Key!, PositionOf(e.Index));
        }

        return _context.Resolver.Find(
            BuiltinNames.Subscript, [operand.Type, index.Type], isOperator: false, e.Position) is { } found
            ? MakeCall(found, [operand, index], [e.Position, e.Position])
            : throw _context.Error(
                SqlState.DatatypeMismatch,
                $"cannot subscript type {CommonType.PgName(operand.Type)} because it does not support subscripting",
                e.Position);
    }

    private bool IsZeroBased(Sql.ColumnReference name) => name.Parts.Count == 1
        ? _scope.Find(name.Name, 0) is { ZeroBased: true }
        : _scope.FindVariable(name.Parts.Count > 2 ? name.Parts[^3] : null, name.Parts[^2]) is { } variable
            && Scope.FindIn(variable, name.Name, 0) is { ZeroBased: true };

    private ScalarExpression Slice(Sql.Slice e)
    {
        var operand = Bind(e.Operand);
        var lower = e.Lower is null ? ExpressionTree.Null(SqlType.Int32) : Bind(e.Lower);
        var upper = e.Upper is null ? ExpressionTree.Null(SqlType.Int32) : Bind(e.Upper);
        return CallBound(BuiltinNames.Slice, [operand, lower, upper], e.Position);
    }

    private ScalarExpression Field(Sql.FieldAccess e)
    {
        var operand = Bind(e.Operand);
        if (operand.Type.Id != TypeId.Struct)
        {
            throw _context.Error(
                SqlState.WrongObjectType,
                $"column notation .{e.Field} applied to type {CommonType.PgName(operand.Type)}, which is not a composite type", e.Position);
        }

        var fields = operand.Type.Fields!.Items;
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name == e.Field)
            {
                return FieldOf(operand, i, e.Position);
            }
        }

        throw _context.Error(
            SqlState.UndefinedColumn, $"column \"{e.Field}\" not found in data type {CommonType.PgName(operand.Type)}",
            e.Position,
            Catalog.Suggestions.Hint(e.Field, fields.Select(f => f.Name)));
    }

    /// <summary>(row).*: a value a field.</summary>
    public List<(string Name, ScalarExpression Value)> Fields(Sql.FieldWildcard e)
    {
        var operand = Bind(e.Operand);
        return operand.Type.Id == TypeId.Struct
            ? [.. operand.Type.Fields!.Items.Select((f, i) => (f.Name, FieldOf(operand, i, e.Position)))]
            : throw _context.Error(
                SqlState.WrongObjectType, $"type {CommonType.PgName(operand.Type)} is not composite", e.Position);
    }

    private ScalarExpression FieldOf(ScalarExpression operand, int field, int position)
    {
        if (operand is CallExpression { Function.Name: BuiltinNames.Row } row)
        {
            return row.Arguments[field];
        }

        var number = new ConstantExpression(Datum.OfInt32(field + 1), SqlType.Int32);
        var found = _context.Resolver.Find(
            BuiltinNames.Field, [operand.Type, SqlType.Int32], isOperator: false, position)
            ?? throw _context.Unsupported("field access", position);
        return new CallExpression(found.Function, [operand, number], operand.Type.Fields!.Items[field].Type);
    }
}
