using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>A bound UPDATE or DELETE: the plan's columns are the old row (all columns), for UPDATE then the new one.</summary>
internal sealed record BoundChange(CatalogRelation Table, LogicalNode Plan, IReadOnlyList<int> Ids)
{
    /// <summary>
    /// RETURNING of a statement that joins other relations: what the plan's last columns are. Null: it has none, or is over
    /// the table's row alone.
    /// </summary>
    public IReadOnlyList<OutputColumn>? Returned { get; init; }
}

/// <summary>UPDATE and DELETE.</summary>
internal sealed partial class WriteBinder
{
    public BoundChange Update(Sql.UpdateStatement statement) => WithTables(statement.With, () =>
    {
        var table = Target(statement.Table, "update");
        var (plan, scope, old) = Matching(table, statement.Table, statement.Alias, statement.From);
        var subqueries = new SubqueryList { Input = plan };
        var binder = new ExpressionBinder(_context, _queries, scope, "UPDATE") { Subqueries = subqueries };
        var conjuncts = new List<ScalarExpression>();
        if (statement.Where is not null)
        {
            plan = Filtered(plan, scope, statement.Where);
        }

        var row = new ScalarExpression?[table.Columns.Count];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = old[i] >= 0 ? Pool.Reference(old[i]) : null;
        }

        Assign(table, statement.Assignments, binder, row);
        Generate(table, row, (i, value) => row[i] = value);
        plan = subqueries.Attach(OneMatch(plan, table, old, statement.From.Count > 0));
        var returned = statement.From.Count > 0 ? Joined(scope, statement.Returning) : null;
        return Changed(table, plan, old, row, returned);
    });

    public BoundChange Delete(Sql.DeleteStatement statement) => WithTables(statement.With, () =>
    {
        var table = Target(statement.Table, "delete from");
        var (plan, scope, old) = Matching(table, statement.Table, statement.Alias, statement.Using);
        if (statement.Where is not null)
        {
            plan = Filtered(plan, scope, statement.Where);
        }

        var returned = statement.Using.Count > 0 ? Joined(scope, statement.Returning) : null;
        return Changed(table, OneMatch(plan, table, old, statement.Using.Count > 0), old, null, returned);
    });

    /// <summary>RETURNING over the target and the relations joined to it; null when the statement has none.</summary>
    private (IReadOnlyList<ScalarExpression> Values, IReadOnlyList<OutputColumn> Columns)? Joined(
        Scope scope, Sql.SyntaxList<Sql.SelectItem> items) => items.Count == 0 ? null : Returned(scope, items);


    /// <summary>The target joined with the other relations; old[i] is the id of table column i, -1 for a dropped one.</summary>
    private (LogicalNode Plan, Scope Scope, int[] Old) Matching(
        CatalogRelation table, Sql.QualifiedName name, string? alias, Sql.SyntaxList<Sql.FromItem> others)
    {
        var target = new Sql.TableReference(name)
        {
            Position = name.Position,
            Alias = alias is null ? null : new Sql.TableAlias(alias, []),
        };
        var (plan, scope) = _queries.From.Bind([target, .. others], null);
        int[] old = [.. Enumerable.Repeat(-1, table.Columns.Count)];
        foreach (var column in scope.Variables[0].Columns)
        {
            old[column.Attribute - 1] = column.Id;
        }

        return (plan, scope, old);
    }

    private LogicalNode Filtered(LogicalNode plan, Scope scope, Sql.Expression where)
    {
        var subqueries = new SubqueryList { Input = plan };
        var conjuncts = new List<ScalarExpression>();
        new ExpressionBinder(_context, _queries, scope, "WHERE") { Subqueries = subqueries }.BindFilter(
            where, conjuncts);
        return LogicalFilter.Create(subqueries.Attach(plan), conjuncts);
    }

    /// <summary>A row that matches several others is changed once; PostgreSQL leaves open by which.</summary>
    private static LogicalNode OneMatch(LogicalNode plan, CatalogRelation table, int[] old, bool joined)
    {
        if (!joined || table.Key is null)
        {
            return plan;
        }

        var one = new ConstantExpression(Datum.OfInt64(1), SqlType.Int64);
        return new LogicalTopN(plan, [.. table.Key.Select(k => old[k])], [], one, null);
    }

    private BoundChange Changed(
        CatalogRelation table, LogicalNode plan, int[] old, ScalarExpression?[]? row,
        (IReadOnlyList<ScalarExpression> Values, IReadOnlyList<OutputColumn> Columns)? returned)
    {
        var items = new List<ProjectItem>();
        void Add(int column, ScalarExpression? value)
        {
            var type = table.Columns[column].Type;
            items.Add(new ProjectItem(Pool.Add(table.Columns[column].Name, type), value ?? ExpressionTree.Null(type)));
        }

        for (int i = 0; i < old.Length; i++)
        {
            Add(i, old[i] >= 0 ? Pool.Reference(old[i]) : null);
        }

        for (int i = 0; row is not null && i < row.Length; i++)
        {
            Add(i, row[i]);
        }

        if (returned is var (values, columns))
        {
            // The target's columns are those of the new row.
            var now = new Dictionary<int, ScalarExpression>();
            for (int i = 0; row is not null && i < row.Length; i++)
            {
                if (old[i] >= 0 && row[i] is { } value)
                {
                    now.Add(old[i], value);
                }
            }

            for (int i = 0; i < values.Count; i++)
            {
                var value = ExpressionTree.Substitute(values[i], now);
                items.Add(new ProjectItem(Pool.Add(columns[i].Name, value.Type), value));
            }
        }

        return new BoundChange(table, new LogicalProject(plan, items), [.. items.Select(i => i.Id)])
        {
            Returned = returned?.Columns,
        };
    }

    /// <summary>SET: puts each assigned value into the row.</summary>
    private void Assign(
        CatalogRelation table, Sql.SyntaxList<Sql.Assignment> assignments, ExpressionBinder binder,
        ScalarExpression?[] row)
    {
        var assigned = new HashSet<int>();
        foreach (var assignment in assignments)
        {
            var values = RowOf(assignment, binder);
            for (int i = 0; i < assignment.Columns.Count; i++)
            {
                var name = assignment.Columns[i];
                int column = Column(table, name.Name, name.Position);
                if (!assigned.Add(column))
                {
                    throw _context.Error(
                        SqlState.SyntaxError, $"multiple assignments to same column \"{name.Name}\"", name.Position);
                }

                row[column] = values is null
                    ? Assigned(table.Columns[column], Part(assignment, i), binder, row[column])
                    : Assigned(table.Columns[column], values[i], ExpressionBinder.PositionOf(assignment.Value));
            }
        }
    }

    /// <summary>The values of `(a, b) = (SELECT ...)`; null for another form.</summary>
    private ColumnExpression[]? RowOf(Sql.Assignment assignment, ExpressionBinder binder) =>
        assignment is { IsRow: true, Value: Sql.ScalarSubquery subquery }
            ? binder.Row(subquery, assignment.Columns.Count, "number of columns does not match number of values")
            : null;

    private Sql.Expression Part(Sql.Assignment assignment, int index)
    {
        if (!assignment.IsRow)
        {
            return assignment.Value;
        }

        if (assignment.Value is Sql.RowExpression row)
        {
            return row.Elements.Count == assignment.Columns.Count ? row.Elements[index] : throw _context.Error(
                SqlState.SyntaxError, "number of columns does not match number of values", assignment.Position);
        }

        return assignment.Columns.Count == 1
            ? assignment.Value
            : throw _context.Error(
                SqlState.SyntaxError, "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression",
                ExpressionBinder.PositionOf(assignment.Value));
    }

    private ScalarExpression? Assigned(
        CatalogColumn column, Sql.Expression value, ExpressionBinder binder, ScalarExpression? before)
    {
        return value is Sql.DefaultExpression
            ? column.GeneratedText is null ? Default(column) : before
            : Assigned(column, binder.Bind(value), ExpressionBinder.PositionOf(value));
    }

    private ScalarExpression Assigned(CatalogColumn column, ScalarExpression value, int position)
    {
        return column.GeneratedText is null
            ? _queries.Coercion.Assign(value, column.Type, column.Name, position)
            : throw _context.Error(
                "428C9", $"column \"{column.Name}\" can only be updated to DEFAULT", position,
                detail: $"Column \"{column.Name}\" is a generated column.");
    }
}
