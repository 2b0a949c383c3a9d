using Vectorized.Engine.Sql;

namespace Vectorized.Tests.Sql;

/// <summary>Random syntax trees built in code, names and nesting as awkward as they can be: what the deparser must be
/// able to write so that the parser reads the same.</summary>
internal sealed class RandomSyntax(Random random)
{
    private static readonly string[] Names =
    [
        "a", "b", "t", "Mixed", "with space", "qu\"ote", "select", "from", "left", "int", "interval", "user", "default",
        "aggregate", "map", "struct", "emit", "asof", "values", "row", "timestamp", "year", "é", "1a", "", "not", "rows",
        "partition", "secret", "fixed", "current_user", "coalesce", "position", "double", "end", "when", "overlaps",
    ];

    private static readonly string[] Operators =
        ["+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "||", "->", "->>", "@>", "~", "!~*", "#", "&&"];

    private static readonly string[] Prefixes = ["-", "+", "~", "@", "|/"];

    private string Name()
    {
        string name = Names[random.Next(Names.Length)];
        return name.Length == 0 ? "x" : name;
    }

    private bool Half => random.Next(2) == 0;

    private SyntaxList<T> Some<T>(int least, int most, Func<T> item)
    {
        var items = new T[random.Next(least, most + 1)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = item();
        }

        return [.. items];
    }

    private OperatorName Operator(string[] from) =>
        new(from[random.Next(from.Length)], random.Next(8) == 0 ? "pg_catalog" : null);

    public Expression Expression(int depth)
    {
        Expression expression = depth <= 0 ? Leaf() : random.Next(22) switch
        {
            0 => new BinaryExpression(Operator(Operators), Expression(depth - 1), Expression(depth - 1)),
            1 => new BinaryExpression(Operator(Operators), Expression(depth - 1), Expression(depth - 1)),
            2 => Logical(depth),
            3 => new NotExpression(Expression(depth - 1)),
            4 => new UnaryExpression(Operator(Prefixes), Expression(depth - 1)),
            5 => new IsExpression(Expression(depth - 1), (TruthTest)random.Next(4), Half),
            6 => new IsDistinctExpression(Expression(depth - 1), Expression(depth - 1), Half),
            7 => new BetweenExpression(Expression(depth - 1), Expression(depth - 1), Expression(depth - 1), Half, Half),
            8 => new InListExpression(Expression(depth - 1), [new NumberLiteral("1"), .. Some(0, 2, () => Expression(depth - 2))], Half),
            9 => new LikeExpression(
                (LikeKind)random.Next(3), Expression(depth - 1), Expression(depth - 1), Half ? Expression(depth - 2) : null, Half),
            10 => new CastExpression(Expression(depth - 1), Type(2)),
            11 => new CaseExpression(
                Half ? Expression(depth - 2) : null,
                Some(1, 2, () => new CaseWhen(Expression(depth - 1), Expression(depth - 2))), Half ? Expression(depth - 1) : null),
            12 => Call(depth),
            13 => new Subscript(Expression(depth - 1), Expression(depth - 2)),
            14 => new Slice(Expression(depth - 1), Half ? Expression(depth - 2) : null, Half ? Expression(depth - 2) : null),
            15 => new FieldAccess(Expression(depth - 1), Name()),
            16 => new AtTimeZoneExpression(Expression(depth - 1), Expression(depth - 1)),
            17 => new CollateExpression(Expression(depth - 1), new QualifiedName([Name()])),
            18 => Subquery(depth),
            19 => new ArrayExpression(Some(0, 3, () => Expression(depth - 1))),
            20 => Half ? new RowExpression(Some(0, 3, () => Expression(depth - 1)))
                : new RowExpression(Some(2, 3, () => Expression(depth - 1))) { Implicit = true },
            _ => new MapExpression(Some(0, 2, () => new MapEntry(Expression(depth - 1), Expression(depth - 2)))),
        };
        return random.Next(12) == 0 ? expression with { Parenthesized = true } : expression;
    }

    private Expression Subquery(int depth) => random.Next(5) switch
    {
        0 => new ScalarSubquery(Query(depth - 1)),
        1 => new ExistsExpression(Query(depth - 1)),
        2 => new ArraySubquery(Query(depth - 1)),
        3 => new InSubqueryExpression(Expression(depth - 1), Query(depth - 1), Half),
        _ => new QuantifiedSubquery(Expression(depth - 1), Operator(Operators), (Quantifier)random.Next(2), Query(depth - 1)),
    };

    /// <summary>AND, OR: the first operand is no chain of the same kind, as the parser would join them.</summary>
    private LogicalExpression Logical(int depth)
    {
        var op = (LogicalOperator)random.Next(2);
        SyntaxList<Expression> operands = Some(2, 3, () => Expression(depth - 1));
        return operands[0] is LogicalExpression inner && inner.Operator == op
            ? new LogicalExpression(op, [new NullLiteral(), .. operands]) : new LogicalExpression(op, operands);
    }

    private Expression Leaf() => random.Next(9) switch
    {
        0 => new NumberLiteral(random.Next(1000).ToString()),
        1 => new NumberLiteral("1.5e10"),
        2 => new StringLiteral(Half ? "it's \\ \n" : "x"),
        3 => new NullLiteral(),
        4 => new BooleanLiteral(Half),
        5 => new Parameter(random.Next(1, 10)),
        6 => new SqlValueFunction((SqlValue)random.Next(11)),
        _ => new ColumnReference(Some(1, 3, Name)),
    };

    private FunctionCall Call(int depth)
    {
        QualifiedName name = new(Some(1, 2, Name));
        return random.Next(6) switch
        {
            0 => new FunctionCall(name, []) { Star = true },
            1 => new FunctionCall(name, Some(1, 2, () => new FunctionArgument(Expression(depth - 1), Half ? Name() : null))),
            2 => new FunctionCall(name, Some(1, 2, () => Argument(depth)))
            {
                Distinct = Half,
                OrderBy = Some(0, 2, () => Order(depth)),
                Filter = Half ? Expression(depth - 1) : null,
            },
            3 => new FunctionCall(name, Some(0, 2, () => Argument(depth))) { Over = Window(depth) },
            4 => new FunctionCall(new QualifiedName("f"), [new(new LambdaExpression(Some(1, 2, Name), Expression(depth - 1)))]),
            _ => new FunctionCall(name, Some(0, 3, () => Argument(depth))) { WithinGroup = Some(0, 1, () => Order(depth)) },
        };
    }

    private FunctionArgument Argument(int depth) => new(Expression(depth - 1));

    private OrderItem Order(int depth) =>
        new(Expression(depth - 1), (SortDirection)random.Next(3), (NullsOrder)random.Next(3));

    private WindowSpecification Window(int depth) => Half
        ? new WindowSpecification { Reference = Name() }
        : new WindowSpecification
        {
            Base = Half ? Name() : null,
            PartitionBy = Some(0, 2, () => Expression(depth - 2)),
            OrderBy = Some(0, 1, () => Order(depth - 1)),
            Frame = Half ? null : new WindowFrame(
                (FrameUnit)random.Next(3), new FrameBound(FrameBoundKind.Preceding, Expression(depth - 2)),
                Half ? null : new FrameBound(FrameBoundKind.UnboundedFollowing))
            { Exclusion = (FrameExclusion)random.Next(4) },
        };

    public TypeName Type(int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => new TypeName(new QualifiedName("int4")) { ArrayDimensions = random.Next(3) },
        1 => new TypeName(new QualifiedName("numeric")) { Modifiers = [new NumberLiteral("10"), new NumberLiteral("2")] },
        2 => new TypeName(new QualifiedName("timestamptz")) { Modifiers = [new NumberLiteral("3")] },
        3 => new TypeName(new QualifiedName("interval")) { IntervalFields = (IntervalFields)random.Next(14) },
        4 => new TypeName(new QualifiedName("float8")),
        5 => new TypeName(new QualifiedName(Half ? ["pg_catalog", "Odd"] : [TypeWord()])),
        6 => new TypeName(new QualifiedName("struct")) { Fields = Some(0, 2, () => new StructField(Name(), Type(depth - 1))) },
        7 => new TypeName(new QualifiedName("map")) { TypeArguments = [Type(depth - 1), Type(depth - 1)] },
        _ => new TypeName(new QualifiedName("varchar")) { ArrayDimensions = 1 },
    };

    /// <summary>A name that is no word of a type with a grammar of its own.</summary>
    private string TypeWord()
    {
        string name = Name();
        return name is "int" or "interval" or "timestamp" or "map" or "struct" or "double" ? "x" : name;
    }

    public Query Query(int depth)
    {
        var query = new Query(Body(depth))
        {
            OrderBy = Some(0, 1, () => Order(depth - 1)),
            Limit = Half ? Expression(depth - 2) : null,
            Offset = Half ? Expression(depth - 2) : null,
        };
        return random.Next(4) > 0 || depth < 1 ? query : query with
        {
            With = new WithClause(Half, Some(1, 2, () => new CommonTable(Name(), Some(0, 2, () => new Identifier(Name())))
            {
                Statement = new SelectStatement(Query(depth - 1)),
            })),
        };
    }

    private QueryBody Body(int depth) => random.Next(depth > 0 ? 4 : 2) switch
    {
        0 => Select(depth),
        1 => new ValuesBody(Some(1, 2, () => Some(1, 2, () => Expression(depth - 1)))),
        2 => new SetOperation((SetOperator)random.Next(3), Half, Body(depth - 1), Body(depth - 1)),
        _ => Select(depth),
    };

    private SelectBody Select(int depth) => new()
    {
        Distinct = false,
        Items = Some(1, 3, () => new SelectItem(Expression(depth - 1), Half ? Name() : null)),
        From = Some(0, 2, () => From(depth)),
        Where = Half ? Expression(depth - 1) : null,
        GroupBy = Some(0, 2, () => Grouping(depth)),
        Having = Half ? Expression(depth - 2) : null,
    };

    private GroupingElement Grouping(int depth) => random.Next(4) switch
    {
        0 => new EmptyGrouping(),
        1 => new RollupGrouping(Some(1, 2, () => Expression(depth - 2))),
        2 => new GroupingSets(Some(1, 2, () => Grouping(depth - 1))),
        _ => new GroupingExpression(Grouped(Expression(depth - 1))),
    };

    /// <summary>Bare `()` would be the empty grouping, ROLLUP (..) and CUBE (..) those of that name.</summary>
    private static Expression Grouped(Expression expression) => expression;

    private FromItem From(int depth)
    {
        var alias = Half ? new TableAlias(Name(), Some(0, 2, () => new Identifier(Name()))) : null;
        return random.Next(depth > 0 ? 5 : 1) switch
        {
            0 => new TableReference(new QualifiedName(Some(1, 3, Name))) { Alias = alias },
            1 => new SubqueryReference(Query(depth - 1)) { Alias = alias, Lateral = Half },
            2 => new FunctionReference(new FunctionCall(new QualifiedName(Some(1, 2, Name)), Some(0, 2, () => Argument(depth))))
            {
                Alias = alias,
                WithOrdinality = Half,
                Lateral = Half,
            },
            _ => Join(depth, alias),
        };
    }

    private JoinReference Join(int depth, TableAlias? alias)
    {
        var kind = (JoinKind)random.Next(5);
        var join = new JoinReference(kind, From(depth - 1), From(depth - 1)) { Alias = alias };
        return kind == JoinKind.Cross ? join : random.Next(3) switch
        {
            0 => join with { Natural = true },
            1 => join with { Using = Some(1, 2, () => new Identifier(Name())) },
            _ => join with { On = Expression(depth - 1), AsOf = Half },
        };
    }
}
