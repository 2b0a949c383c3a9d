using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// A bound INSERT: the plan's columns, by the ids given, are the table's in order without the row id.
/// </summary>
internal sealed record BoundInsert(CatalogRelation Table, LogicalNode Plan, IReadOnlyList<int> Ids)
{
    public BoundConflict? OnConflict { get; init; }
}

/// <summary>
/// ON CONFLICT of the primary key. NewRow: null is DO NOTHING; else the row that replaces the old one, an expression a
/// column of the table over [existing row ++ excluded row], both with all columns. Where: over the same; a row for which it
/// is not true stays as it is.
/// </summary>
public sealed record BoundConflict(IReadOnlyList<ScalarExpression>? NewRow, ScalarExpression? Where);

/// <summary>INSERT.</summary>
internal sealed partial class WriteBinder
{
    public BoundInsert Insert(Sql.InsertStatement statement) => WithTables(statement.With, () =>
    {
        var table = Target(statement.Table, "insert into");
        if (statement.Overriding != Sql.Overriding.None)
        {
            throw _context.Unsupported("OVERRIDING", statement.Position);
        }

        int[] targets = Targets(table, statement);
        var (plan, values) = Rows(table, statement, targets);
        var items = new List<ProjectItem>();
        var row = new ScalarExpression?[table.Columns.Count];
        for (int i = 0; i < row.Length; i++)
        {
            int at = Array.IndexOf(targets, i);
            row[i] = i == table.RowIdColumn ? null
                : table.Columns[i].Dropped ? ExpressionTree.Null(table.Columns[i].Type)
                : table.Columns[i].GeneratedText is not null ? null
                : at >= 0 && at < values.Count ? values[at]
                : Default(table.Columns[i]);
        }

        Generate(table, row, (i, value) => row[i] = value);
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] is { } value)
            {
                items.Add(new ProjectItem(Pool.Add(table.Columns[i].Name, table.Columns[i].Type), value));
            }
        }

        return new BoundInsert(table, new LogicalProject(plan, items), [.. items.Select(i => i.Id)])
        {
            OnConflict = statement.OnConflict is null ? null : Conflict(table, statement, statement.OnConflict),
        };
    });

    /// <summary>The columns the source's values go to.</summary>
    private int[] Targets(CatalogRelation table, Sql.InsertStatement statement)
    {
        if (statement.Columns.Count == 0)
        {
            return [.. Enumerable.Range(0, table.Columns.Count)
                .Where(i => table.Columns[i].IsVisible)];
        }

        var targets = new List<int>();
        foreach (var name in statement.Columns)
        {
            int column = Column(table, name.Name, name.Position);
            if (targets.Contains(column))
            {
                throw _context.Error(
                    SqlState.DuplicateColumn, $"column \"{name.Name}\" specified more than once", name.Position);
            }

            targets.Add(column);
        }

        return [.. targets];
    }

    /// <summary>The source and, for each of its values, the expression of the target column's type.</summary>
    private (LogicalNode Plan, IReadOnlyList<ScalarExpression> Values) Rows(
        CatalogRelation table, Sql.InsertStatement statement, int[] targets)
    {
        switch (statement.Source)
        {
            case null:
                return (LogicalValues.OneRow, []);
            case
            {
                Body: Sql.ValuesBody values, With: null, Limit: null,
                Offset: null
            } source when source.OrderBy.Count == 0:
                return Literal(table, statement, values, targets);
            default:
                return Selected(table, statement, statement.Source, targets);
        }
    }

    private (LogicalNode, IReadOnlyList<ScalarExpression>) Literal(
        CatalogRelation table, Sql.InsertStatement statement, Sql.ValuesBody values, int[] targets)
    {
        var subqueries = new SubqueryList();
        var binder = new ExpressionBinder(_context, _queries, new Scope(null), "VALUES") { Subqueries = subqueries };
        int width = values.Rows[0].Count;
        var rows = new List<ScalarExpression[]>();
        foreach (var row in values.Rows)
        {
            if (row.Count != width)
            {
                throw _context.Error(
                    SqlState.SyntaxError, "VALUES lists must all be the same length",
                    row.Count == 0 ? 0 : ExpressionBinder.PositionOf(row[0]));
            }

            CheckWidth(statement, row.Count, targets.Length, i => ExpressionBinder.PositionOf(row[i]));
            rows.Add([.. row.Select((e, i) => Value(table.Columns[targets[i]], e, binder))]);
        }

        if (subqueries.Count > 0 && rows.Count > 1)
        {
            throw _context.Unsupported("subqueries in VALUES of several rows", values.Position);
        }

        if (rows.Count == 1)
        {
            return (subqueries.Attach(LogicalValues.OneRow), rows[0]);
        }

        int[] ids = [.. Enumerable.Range(0, width)
            .Select(i => Pool.Add(table.Columns[targets[i]].Name, table.Columns[targets[i]].Type))];
        return (new LogicalValues(rows, ids), [.. ids.Select(Pool.Reference)]);
    }

    private ScalarExpression Value(CatalogColumn column, Sql.Expression expression, ExpressionBinder binder)
    {
        int position = ExpressionBinder.PositionOf(expression);
        if (expression is Sql.DefaultExpression)
        {
            // A generated column is computed once the others are known.
            return column.GeneratedText is null ? Default(column) : ExpressionTree.Null(column.Type);
        }

        return column.GeneratedText is null
            ? _queries.Coercion.Assign(binder.Bind(expression), column.Type, column.Name, position)
            : throw GeneratedColumn(column, position, "cannot insert a non-DEFAULT value into column");
    }

    private SqlException GeneratedColumn(CatalogColumn column, int position, string message) => _context.Error(
        "428C9", $"{message} \"{column.Name}\"", position, detail: $"Column \"{column.Name}\" is a generated column.");

    private (LogicalNode, IReadOnlyList<ScalarExpression>) Selected(
        CatalogRelation table, Sql.InsertStatement statement, Sql.Query source, int[] targets)
    {
        var bound = _queries.Bind(source, null, keepUnknown: true);
        CheckWidth(statement, bound.Outputs.Count, targets.Length, i => bound.Positions.ElementAtOrDefault(i));
        var values = bound.Outputs.Select((o, i) =>
        {
            var column = table.Columns[targets[i]];
            int position = bound.Positions.ElementAtOrDefault(i);
            if (column.GeneratedText is not null)
            {
                throw GeneratedColumn(column, position, "cannot insert a non-DEFAULT value into column");
            }

            var value = SetOperationBinder.UnknownConstant(bound.Plan, o.Id) ?? Pool.Reference(o.Id);
            return _queries.Coercion.Assign(value, column.Type, column.Name, position);
        }).ToList();
        var plan = bound.Order.Count > 0 && !bound.IsOrdered
            ? new LogicalTopN(bound.Plan, [], bound.Order, null, null)
            : bound.Plan;
        return (plan, values);
    }

    private void CheckWidth(Sql.InsertStatement statement, int given, int targets, Func<int, int> position)
    {
        if (given > targets)
        {
            throw _context.Error(
                SqlState.SyntaxError, "INSERT has more expressions than target columns", position(targets));
        }

        if (given < targets && statement.Columns.Count > 0)
        {
            throw _context.Error(
                SqlState.SyntaxError, "INSERT has more target columns than expressions",
                statement.Columns[given].Position);
        }
    }

    private BoundConflict Conflict(CatalogRelation table, Sql.InsertStatement statement, Sql.OnConflictClause clause)
    {
        CheckConflictTarget(table, clause);
        if (clause.Assignments.Count == 0)
        {
            return new BoundConflict(null, null);
        }

        if (clause.Target.Count == 0 && clause.Constraint is null)
        {
            throw _context.Error(
                SqlState.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name",
                clause.Position, "For example, ON CONFLICT (column_name).");
        }

        var (scope, positions) = RowScope(table, statement.Alias ?? table.Name, 0);
        var (excluded, more) = RowColumns(table, table.Columns.Count);
        scope.Variables.Add(new RangeVariable("excluded", excluded));
        foreach (var (id, at) in more)
        {
            positions.Add(id, at);
        }

        var binder = new ExpressionBinder(_context, _queries, scope, "ON CONFLICT DO UPDATE");
        var row = new ScalarExpression?[table.Columns.Count];
        foreach (var column in scope.Variables[0].Columns)
        {
            row[column.Attribute - 1] = new ColumnExpression(column.Id, column.Type);
        }

        Assign(table, clause.Assignments, binder, row);
        Generate(table, row, (i, value) => row[i] = value);
        var where = clause.Where is null ? null : ToPositions(binder.BindCondition(clause.Where), positions);
        return new BoundConflict(
            [.. row.Select((v, i) => ToPositions(v ?? ExpressionTree.Null(table.Columns[i].Type), positions))], where);
    }

    private void CheckConflictTarget(CatalogRelation table, Sql.OnConflictClause clause)
    {
        if (clause.TargetWhere is not null)
        {
            throw _context.Unsupported("ON CONFLICT ... WHERE of a partial index", clause.TargetWhere.Position);
        }

        if (table.PrimaryKey.Count == 0)
        {
            throw NoConstraint(clause);
        }

        if (clause.Constraint is { } name && name != table.PrimaryKeyName)
        {
            throw _context.Error(
                SqlState.UndefinedObject, $"constraint \"{name}\" for table \"{table.Name}\" does not exist",
                clause.Position);
        }

        if (clause.Target.Count > 0)
        {
            var named = clause.Target.Select(k => k.Value is Sql.ColumnReference { Parts.Count: 1 } c
                ? Column(table, c.Name, c.Position)
                : throw NoConstraint(clause)).Order();
            if (!named.SequenceEqual(table.PrimaryKey.Order()))
            {
                throw NoConstraint(clause);
            }
        }
    }

    private SqlException NoConstraint(Sql.OnConflictClause clause) => _context.Error(
        SqlState.InvalidColumnReference,
        "there is no unique or exclusion constraint matching the ON CONFLICT specification", clause.Position);
}
