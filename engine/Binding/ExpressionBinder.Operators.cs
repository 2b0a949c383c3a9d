using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Operators, tests and conditions.</summary>
internal sealed partial class ExpressionBinder
{
    /// <summary>A resolved operator over bound operands.</summary>
    public ScalarExpression Operator(string symbol, ScalarExpression left, ScalarExpression right, int position) =>
        Operator(symbol, left, right, position, position, position);

    private CallExpression Operator(
        string symbol, ScalarExpression left, ScalarExpression right, int position, int leftPosition, int rightPosition)
    {
        if (left.Type.Id == TypeId.Struct && right.Type.Id == TypeId.Struct
            && (_context.RowValues.ContainsKey(left) || _context.RowValues.ContainsKey(right))
            && CommonType.TrySelect([_context.LooseType(left), _context.LooseType(right)], out var row, out _))
        {
            // Untyped literals of a row take the types of the row they are compared with.
            left = _coercion.TryTo(left, row, CoercionContext.Implicit, leftPosition) ?? left;
            right = _coercion.TryTo(right, row, CoercionContext.Implicit, rightPosition) ?? right;
        }

        var found = _context.Resolver.Operator(symbol, [left.Type, right.Type], _context.Position(position));
        return MakeCall(found, [left, right], [leftPosition, rightPosition]);
    }

    public ScalarExpression Not(ScalarExpression operand, int position) => operand switch
    {
        NullTestExpression test => test with { Negated = !test.Negated },
        InListExpression list => list with { Negated = !list.Negated },
        ConstantExpression { Value.IsNull: false } constant => constant.Value.AsBoolean ? ExpressionTree.False
            : ExpressionTree.True,
        _ when _context.Resolver.Find(BuiltinNames.Not, [SqlType.Boolean], isOperator: false, position) is { } not =>
            MakeCall(not, [operand], [position]),
        _ => Operator("=", operand, ExpressionTree.False, position),
    };

    private ScalarExpression Unary(Sql.UnaryExpression e)
    {
        if (e.Operator.Symbol == "-" && e.Operand is Sql.NumberLiteral number)
        {
            return Negative(number);
        }

        var operand = Bind(e.Operand);
        if (e.Operator.Symbol == "+" && operand.Type.IsNumber)
        {
            return operand;
        }

        var found = _context.Resolver.Operator(e.Operator.Symbol, [operand.Type], _context.Position(e.Position));
        return MakeCall(found, [operand], [PositionOf(e.Operand)]);
    }

    /// <summary>A minus before a number belongs to it: -2147483648 is an int4.</summary>
    private static ScalarExpression Negative(Sql.NumberLiteral number)
    {
        if (number.IsInteger && long.TryParse("-" + number.Text, out long value))
        {
            var datum = value >= int.MinValue ? Datum.OfInt32((int)value) : Datum.OfInt64(value);
            return new ConstantExpression(datum, datum.Type);
        }

        return LiteralText.Number(number.Text) switch
        {
            ConstantExpression { Type.Id: TypeId.Numeric } c =>
                new ConstantExpression(Datum.OfRaw(c.Type, -c.Value.Raw), c.Type),
            _ => new CastExpression(
                new ConstantExpression(Datum.OfText("-" + number.Text), SqlType.Varchar), SqlType.Numeric),
        };
    }

    private ScalarExpression Binary(Sql.BinaryExpression e)
    {
        if (e.Operator.Schema is { } schema && schema != "pg_catalog")
        {
            throw _context.Error(
                SqlState.UndefinedFunction, $"operator does not exist: {schema}.{e.Operator.Symbol}", e.Position);
        }

        if (e.Left is Sql.RowExpression left && e.Right is Sql.RowExpression right
            && RowOperators.Contains(e.Operator.Symbol))
        {
            return CompareRows(e.Operator.Symbol, BindAll(left.Elements), BindAll(right.Elements), e.Position);
        }

        if (e.Left is Sql.RowExpression row && e.Right is Sql.ScalarSubquery subquery && RowOperators.Contains(e.Operator.Symbol))
        {
            // No row is a row of NULLs: the comparison is NULL either way.
            var values = BindAll(row.Elements);
            return CompareRows(e.Operator.Symbol, values, [.. Row(subquery, values.Count)], e.Position);
        }

        return Operator(
            e.Operator.Symbol, Bind(e.Left), Bind(e.Right), e.Position, PositionOf(e.Left), PositionOf(e.Right));
    }

    private static readonly HashSet<string> RowOperators = ["=", "<>", "<", "<=", ">", ">="];

    /// <summary>(a, b) = (c, d) and its kin, column by column; order comparisons are lexicographic.</summary>
    private ScalarExpression CompareRows(
        string symbol, List<ScalarExpression> left, List<ScalarExpression> right, int position)
    {
        if (left.Count != right.Count)
        {
            throw _context.Error(SqlState.SyntaxError, "unequal number of entries in row expressions", position);
        }

        if (left.Count == 0)
        {
            throw _context.Unsupported("comparing rows of zero length", position);
        }

        if (symbol is "=" or "<>")
        {
            var terms = left.Zip(right).Select(p => Operator(symbol, p.First, p.Second, position)).ToList();
            return symbol == "=" ? ExpressionTree.And(terms) : ExpressionTree.Or(terms);
        }

        var result = Operator(symbol, left[^1], right[^1], position);
        string strict = symbol[..1];
        for (int i = left.Count - 2; i >= 0; i--)
        {
            result = ExpressionTree.Or(
            [
                Operator(strict, left[i], right[i], position),
                ExpressionTree.And([Operator("=", left[i], right[i], position), result]),
            ]);
        }

        return result;
    }

    private ScalarExpression Logical(Sql.LogicalExpression e)
    {
        bool isAnd = e.Operator == Sql.LogicalOperator.And;
        var terms = new List<ScalarExpression>(e.Operands.Count);
        foreach (var operand in e.Operands)
        {
            terms.Add(_coercion.Boolean(Bind(operand), $"argument of {(isAnd ? "AND" : "OR")}", PositionOf(operand)));
        }

        return isAnd ? ExpressionTree.And(terms) : ExpressionTree.Or(terms);
    }

    private ScalarExpression Is(Sql.IsExpression e)
    {
        var operand = Bind(e.Operand);
        if (e.Test == Sql.TruthTest.Null)
        {
            return new NullTestExpression(_coercion.Known(operand, PositionOf(e.Operand)), e.Negated);
        }

        string name = e.Test.ToString().ToUpperInvariant();
        operand = _coercion.Boolean(
            operand, $"argument of IS {(e.Negated ? "NOT " : "")}{name}", PositionOf(e.Operand));
        var result = e.Test switch
        {
            Sql.TruthTest.True => new CoalesceExpression([operand, ExpressionTree.False], SqlType.Boolean),
            Sql.TruthTest.False =>
                Not(new CoalesceExpression([operand, ExpressionTree.True], SqlType.Boolean), e.Position),
            _ => new NullTestExpression(operand, false),
        };
        return e.Negated ? Not(result, e.Position) : result;
    }

    private ScalarExpression IsDistinct(Sql.IsDistinctExpression e)
    {
        var (left, right) = Common("IS DISTINCT FROM", Bind(e.Left), Bind(e.Right), e.Position);
        string name = e.Negated ? BuiltinNames.IsNotDistinct : BuiltinNames.IsDistinct;
        return Operator(name, left, right, e.Position);
    }

    private ScalarExpression Between(Sql.BetweenExpression e)
    {
        var operand = Bind(e.Operand);
        var (from, to) = (Bind(e.Low), Bind(e.High));
        var result = Range(from, to);
        if (e.Symmetric)
        {
            result = ExpressionTree.Or([result, Range(to, from)]);
        }

        return e.Negated ? Not(result, e.Position) : result;

        ScalarExpression Range(ScalarExpression low, ScalarExpression high) => ExpressionTree.And(
        [
            Operator(">=", operand, low, e.Position, PositionOf(e.Operand), PositionOf(e.Low)),
            Operator("<=", operand, high, e.Position, PositionOf(e.Operand), PositionOf(e.High)),
        ]);
    }

    private ScalarExpression InList(Sql.InListExpression e)
    {
        if (e.Operand is Sql.RowExpression row)
        {
            return RowInList(e, row);
        }

        var operand = Bind(e.Operand);
        var items = BindAll(e.Items);
        var result = CommonType.TrySelect([operand.Type, .. items.Select(i => i.Type)], out var type, out _)
            ? Membership(operand, items, type, e)
            : ExpressionTree.Or([.. items.Select((item, i) => Operator("=", operand, item, PositionOf(e.Items[i])))]);
        return e.Negated ? Not(result, e.Position) : result;
    }

    private ScalarExpression Membership(
        ScalarExpression operand, List<ScalarExpression> items, SqlType type, Sql.InListExpression e)
    {
        var left = _coercion.To(operand, type, PositionOf(e.Operand));
        var values = items.Select((item, i) => _coercion.To(item, type, PositionOf(e.Items[i]))).ToList();
        if (items.Count > 1 && values.TrueForAll(v => v is ConstantExpression && v.Type.Equals(left.Type)))
        {
            return new InListExpression(left, [.. values.Cast<ConstantExpression>().Select(v => v.Value)], false);
        }

        return ExpressionTree.Or([.. values.Select(v => Operator("=", left, v, e.Position))]);
    }

    private ScalarExpression RowInList(Sql.InListExpression e, Sql.RowExpression row)
    {
        var terms = new List<ScalarExpression>();
        foreach (var item in e.Items)
        {
            if (item is not Sql.RowExpression right)
            {
                throw _context.Error(
                    SqlState.SyntaxError, "unequal number of entries in row expressions", PositionOf(item));
            }

            terms.Add(CompareRows("=", BindAll(row.Elements), BindAll(right.Elements), e.Position));
        }

        var result = ExpressionTree.Or(terms);
        return e.Negated ? Not(result, e.Position) : result;
    }

    private ScalarExpression Like(Sql.LikeExpression e)
    {
        var operand = Bind(e.Operand);
        var pattern = Bind(e.Pattern);
        if (e.Kind == Sql.LikeKind.SimilarTo)
        {
            var arguments = e.Escape is null ? new List<ScalarExpression> { pattern } : [pattern, Bind(e.Escape)];
            pattern = CallBound(BuiltinNames.SimilarEscape, arguments, e.Position);
        }
        else if (e.Escape is not null)
        {
            pattern = CallBound(BuiltinNames.LikeEscape, [pattern, Bind(e.Escape)], e.Position);
        }

        string symbol = e.Kind switch
        {
            Sql.LikeKind.Like => "~~",
            Sql.LikeKind.ILike => "~~*",
            _ => "~",
        };
        return Operator(e.Negated ? "!" + symbol : symbol, operand, pattern, e.Position);
    }

    private ScalarExpression QuantifiedArray(Sql.QuantifiedArray e)
    {
        bool any = e.Quantifier == Sql.Quantifier.Any;
        if (e.Array is Sql.ArrayExpression { Elements.Count: > 0 } list
            && list.Elements.All(i => i is not Sql.ArrayExpression) && list.Elements.Any(i => i is not Sql.NullLiteral)
            && e.Operator.Symbol == (any ? "=" : "<>"))
        {
            return InList(new Sql.InListExpression(e.Left, list.Elements, !any) { Position = e.Position });
        }

        var left = Bind(e.Left);
        var array = Bind(e.Array);
        if (array.Type.Id == TypeId.Unknown)
        {
            array = _coercion.To(
                array, SqlType.ListOf(left.Type.Id == TypeId.Unknown ? SqlType.Varchar : left.Type.Base),
                PositionOf(e.Array));
        }

        if (array.Type.Id != TypeId.List)
        {
            throw _context.Error(
                SqlState.WrongObjectType, "op ANY/ALL (array) requires array on right side", e.Position);
        }

        return AnyOrAll(e.Operator.Symbol, any, left, array, e.Position);
    }

    /// <summary>The operator's own resolution fixes the operand types; then the quantified form is called.</summary>
    private ScalarExpression AnyOrAll(
        string symbol, bool any, ScalarExpression left, ScalarExpression array, int position)
    {
        var element = _context.Resolver.Operator(symbol, [left.Type, array.Type.Element!], _context.Position(position));
        var (leftType, elementType) = (element.ArgumentTypes[0], element.ArgumentTypes[1]);
        left = _coercion.To(left, leftType, position);
        array = _coercion.To(array, SqlType.ListOf(elementType), position);
        string name = (any ? BuiltinNames.AnyPrefix : BuiltinNames.AllPrefix) + symbol;
        return _context.Resolver.Find(name, [left.Type, array.Type], isOperator: false, position) is { } found
            ? MakeCall(found, [left, array], [position, position])
            : throw _context.Unsupported($"{symbol} {(any ? "ANY" : "ALL")} (array)", position);
    }

    private ScalarExpression Collate(Sql.CollateExpression e)
    {
        if (e.Collation.Name is not ("default" or "C" or "POSIX" or "ucs_basic"))
        {
            throw _context.Unsupported(
                $"collation \"{e.Collation.Name}\"", e.Position, "Text is ordered by its bytes: C or default.");
        }

        var operand = Bind(e.Operand);
        return operand.Type.IsText
            ? operand
            : throw _context.Error(
                SqlState.DatatypeMismatch, $"collations are not supported by type {CommonType.PgName(operand.Type)}",
                e.Position);
    }

    private (ScalarExpression Left, ScalarExpression Right) Common(
        string what, ScalarExpression left, ScalarExpression right, int position)
    {
        var type = CommonType.Select(
            what, [left.Type, right.Type], [_context.Position(position), _context.Position(position)]);
        return (_coercion.To(left, type, position), _coercion.To(right, type, position));
    }

    private List<ScalarExpression> BindAll(Sql.SyntaxList<Sql.Expression> items)
    {
        var list = new List<ScalarExpression>(items.Count);
        foreach (var item in items)
        {
            list.Add(Bind(item));
        }

        return list;
    }
}
