namespace Vectorized.Engine.Sql;

internal sealed partial class SqlWriter
{
    /// <summary>A query, in the parentheses it had.</summary>
    private SqlWriter Query(Query query)
    {
        if (!query.Parenthesized)
        {
            return Inner(query);
        }

        return Text("(").Inner(query).Text(")");
    }

    /// <summary>A query for parentheses the writer puts around it itself.</summary>
    private SqlWriter Inner(Query query)
    {
        int hidden = rename?.Mark ?? 0;
        WriteInner(query);
        rename?.Release(hidden);
        return this;
    }

    private void WriteInner(Query query)
    {
        CheckStack();
        if (query.With is not null)
        {
            With(query.With);
            Text(" ");
        }

        Body(query.Body);
        if (query.OrderBy.Count > 0)
        {
            Text(" ");
            OrderBy(query.OrderBy);
        }

        if (query.Limit is not null && !query.WithTies)
        {
            Text(" LIMIT ").Expression(query.Limit, Precedence.None);
        }

        if (query.Offset is not null)
        {
            Text(" OFFSET ").Expression(query.Offset, Precedence.None);
        }

        if (query.WithTies)
        {
            Text(" FETCH FIRST ");
            Count(query.Limit!);
            Text(" ROWS WITH TIES");
        }

        foreach (LockingClause locking in query.Locking)
        {
            Text(" ");
            Locking(locking);
        }

        TextIf(query.EmitOnWindowClose, " EMIT ON WINDOW CLOSE");
    }

    /// <summary>FETCH takes a primary or a signed number.</summary>
    private void Count(Expression count)
    {
        bool bare = PrecedenceOf(count) >= Precedence.UnaryMinus;
        TextIf(!bare, "(");
        Expression(bare ? count : count with { Parenthesized = false }, Precedence.None);
        TextIf(!bare, ")");
    }

    private void With(WithClause with)
    {
        if (with.Recursive)
        {
            foreach (CommonTable table in with.Tables)
            {
                rename?.Hide(table.Name);
            }
        }

        Text(with.Recursive ? "WITH RECURSIVE " : "WITH ").List(with.Tables, table =>
        {
            CommonTable(table);
            rename?.Hide(table.Name);
        });
    }

    private void CommonTable(CommonTable table)
    {
        Name(table.Name);
        ColumnList(table.Columns);
        if (table.ChangelogFrom is not null)
        {
            Text(" AS changelog from ").Relation(table.ChangelogFrom);
            return;
        }

        Text(table.Materialized switch
        {
            true => " AS MATERIALIZED (",
            false => " AS NOT MATERIALIZED (",
            null => " AS (",
        });
        if (table.Query is { } query)
        {
            Inner(query);
        }
        else
        {
            Statement(table.Statement!);
        }

        Text(")");
    }

    private void Body(QueryBody body)
    {
        switch (body)
        {
            case SelectBody select:
                Select(select);
                break;
            case ValuesBody values:
                Text("VALUES ").List(values.Rows, row => Text("(").Expressions(row).Text(")"));
                break;
            case NestedQuery nested:
                Text("(").Inner(nested.Query).Text(")");
                break;
            case SetOperation operation:
                SetOperation(operation);
                break;
            default:
                throw Unknown(body);
        }
    }

    private static int Level(QueryBody body) =>
        body is SetOperation operation ? operation.Operator == SetOperator.Intersect ? 2 : 1 : 3;

    private void SetOperation(SetOperation operation)
    {
        Operand(operation.Left, Level(operation));
        Text(" ").Text(operation.Operator.ToString().ToUpperInvariant()).TextIf(operation.All, " ALL");
        TextIf(operation.Corresponding, " CORRESPONDING");
        ColumnList(operation.CorrespondingBy, " BY ");
        Text(" ");
        Operand(operation.Right, Level(operation) + 1);
    }

    private void Operand(QueryBody body, int level)
    {
        bool parentheses = Level(body) < level;
        TextIf(parentheses, "(");
        Body(body);
        TextIf(parentheses, ")");
    }

    private void Select(SelectBody select)
    {
        Text("SELECT");
        if (select.DistinctOn is not null)
        {
            Text(" DISTINCT ON (").Expressions(select.DistinctOn).Text(")");
        }
        else
        {
            TextIf(select.Distinct, " DISTINCT");
        }

        TextIf(select.Items.Count > 0, " ");
        List(select.Items, Item);
        if (select.Into is not null)
        {
            Text(" INTO ").Name(select.Into);
        }

        if (select.From.Count > 0)
        {
            Text(" FROM ").List(select.From, From);
        }

        if (select.Where is not null)
        {
            Text(" WHERE ").Expression(select.Where, Precedence.None);
        }

        if (select.GroupBy.Count > 0)
        {
            Text(select.GroupByDistinct ? " GROUP BY DISTINCT " : " GROUP BY ").List(select.GroupBy, Grouping);
        }

        if (select.Having is not null)
        {
            Text(" HAVING ").Expression(select.Having, Precedence.None);
        }

        if (select.Windows.Count > 0)
        {
            Text(" WINDOW ").List(select.Windows, Window);
        }
    }

    private void Item(SelectItem item)
    {
        Expression(item.Value, Precedence.None);
        if (item.Alias is not null)
        {
            Text(" AS ").Name(item.Alias);
        }
    }

    private void OrderBy(SyntaxList<OrderItem> items) => Text("ORDER BY ").List(items, Order);

    private void Order(OrderItem item)
    {
        Expression(item.Value, Precedence.None);
        if (item.Using is not null)
        {
            Text(" USING ").Operator(item.Using);
        }

        Direction(item.Direction, item.Nulls);
    }

    private void Direction(SortDirection direction, NullsOrder nulls)
    {
        Text(direction switch { SortDirection.Ascending => " ASC", SortDirection.Descending => " DESC", _ => "" });
        Text(nulls switch { NullsOrder.First => " NULLS FIRST", NullsOrder.Last => " NULLS LAST", _ => "" });
    }

    private void Grouping(GroupingElement element)
    {
        switch (element)
        {
            case GroupingExpression grouping:
                Expression(grouping.Value, Precedence.None);
                break;
            case EmptyGrouping:
                Text("()");
                break;
            case RollupGrouping rollup:
                Text("ROLLUP (").Expressions(rollup.Items).Text(")");
                break;
            case CubeGrouping cube:
                Text("CUBE (").Expressions(cube.Items).Text(")");
                break;
            case GroupingSets sets:
                Text("GROUPING SETS (").List(sets.Elements, Grouping).Text(")");
                break;
            default:
                throw Unknown(element);
        }
    }

    private void Locking(LockingClause locking)
    {
        Text(locking.Strength switch
        {
            LockStrength.Update => "FOR UPDATE",
            LockStrength.NoKeyUpdate => "FOR NO KEY UPDATE",
            LockStrength.Share => "FOR SHARE",
            _ => "FOR KEY SHARE",
        });
        if (locking.Of.Count > 0)
        {
            Text(" OF ").QualifiedNames(locking.Of);
        }

        Text(locking.Wait switch { LockWait.NoWait => " NOWAIT", LockWait.SkipLocked => " SKIP LOCKED", _ => "" });
    }

    private void From(FromItem item)
    {
        CheckStack();
        item = rename is null ? item : Renamed(item, rename);
        switch (item)
        {
            case TableReference table:
                TextIf(table.Only, "ONLY ");
                Name(table.Name);
                if (table.AsOf is not null)
                {
                    Text(" ");
                    AsOf(table.AsOf);
                }

                break;
            case SubqueryReference subquery:
                TextIf(subquery.Lateral, "LATERAL ");
                Text("(").Inner(subquery.Query).Text(")");
                break;
            case FunctionReference function:
                TextIf(function.Lateral, "LATERAL ");
                FromFunction(function.Function);
                TextIf(function.WithOrdinality, " WITH ORDINALITY");
                break;
            case RowsFromReference rows:
                TextIf(rows.Lateral, "LATERAL ");
                Text("ROWS FROM (").List(rows.Functions, RowsFromFunction).Text(")");
                TextIf(rows.WithOrdinality, " WITH ORDINALITY");
                break;
            case JoinReference join:
                TextIf(join.Alias is not null, "(");
                Join(join);
                TextIf(join.Alias is not null, ")");
                break;
            default:
                throw Unknown(item);
        }

        if (item.Alias is not null)
        {
            Text(" AS ");
            Alias(item.Alias);
        }
    }

    /// <summary>A relation under its new name with the old one as alias, also as the first argument of TUMBLE and its like.</summary>
    private static FromItem Renamed(FromItem item, RelationRename rename)
    {
        switch (item)
        {
            case TableReference table when rename.NewName(table.Name) is { } name:
                return Aliased(table with { Name = name }, table.Name.Name);
            case FunctionReference
            {
                Function: FunctionCall
                {
                    Name.Name: "tumble" or "hop" or "session" or "gap_fill", Arguments: [{ Value: ColumnReference column }, ..],
                } call,
            } function when rename.NewName(new QualifiedName(column.Parts)) is { } name:
                FunctionArgument first = new(column with { Parts = name.Parts });
                var renamed = call with { Arguments = [first, .. call.Arguments.Skip(1)] };
                return Aliased(function with { Function = renamed }, column.Parts[^1]);
            default:
                return item;
        }
    }

    private static FromItem Aliased(FromItem item, string name) =>
        item.Alias?.Name is not null ? item : item with { Alias = new TableAlias(name, []) };

    private void FromFunction(Expression function)
    {
        if (function is CastExpression cast)
        {
            CastCall(cast);
            return;
        }

        Expression(function with { Parenthesized = false }, Precedence.None);
    }

    private void RowsFromFunction(RowsFromFunction function)
    {
        FromFunction(function.Function);
        if (function.ColumnDefinitions.Count > 0)
        {
            Text(" AS (").List(function.ColumnDefinitions, Field).Text(")");
        }
    }

    private void Alias(TableAlias alias)
    {
        if (alias.Name is not null)
        {
            // An alias that stands for an old name must stay one, whatever word it is.
            _ = rename is not null && Keywords.Find(alias.Name) != Keyword.NoKeyword
                ? Text(Deparser.Quoted(alias.Name)) : Name(alias.Name);
            ColumnList(alias.Columns);
            TextIf(alias.ColumnDefinitions.Count > 0, " ");
        }

        if (alias.ColumnDefinitions.Count > 0)
        {
            Text("(").List(alias.ColumnDefinitions, Field).Text(")");
        }
    }

    private void AsOf(AsOfClause asOf)
    {
        Text(asOf.Kind == AsOfKind.SystemTime ? "FOR SYSTEM_TIME AS OF " : "FOR SYSTEM_VERSION AS OF ");
        AsOfValue(asOf.Value);
    }

    private void AsOfValue(Expression value)
    {
        if (value is BinaryExpression { Operator: { Schema: null, Symbol: "-" or "+" }, Parenthesized: false } binary)
        {
            AsOfValue(binary.Left);
            Text(" ").Operator(binary.Operator).Text(" ").Expression(binary.Right, Precedence.Primary);
            return;
        }

        Expression(value, Precedence.UnaryMinus);
    }

    private void Join(JoinReference join)
    {
        From(join.Left);
        Text(join.Natural ? " NATURAL" : "").Text(join.AsOf ? " ASOF" : "").Text(join.Kind switch
        {
            JoinKind.Left => " LEFT JOIN ",
            JoinKind.Right => " RIGHT JOIN ",
            JoinKind.Full => " FULL JOIN ",
            JoinKind.Cross => " CROSS JOIN ",
            _ => " JOIN ",
        });
        bool nested = join.Right is JoinReference { Alias: null };
        TextIf(nested, "(");
        From(join.Right);
        TextIf(nested, ")");
        if (join.On is not null)
        {
            Text(" ON ").Expression(join.On, Precedence.None);
        }
        else if (join.Using is not null)
        {
            ColumnList(join.Using, " USING ");
            if (join.UsingAlias is not null)
            {
                Text(" AS ").Name(join.UsingAlias);
            }
        }
    }
}
