using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A planned INSERT, UPDATE or DELETE. The source's columns: for INSERT the new row, all columns of the table in order but
/// the row id; for UPDATE the old row and then the new one, for DELETE the old one, with all columns.
/// </summary>
public sealed record PlannedWrite(CatalogRelation Table, PlanNode Source, IReadOnlyList<SqlType> ParameterTypes)
{
    /// <summary>Over one row of the table (the new one; for DELETE the old one), columns by position.</summary>
    public IReadOnlyList<ScalarExpression> Returning { get; init; } = [];

    /// <summary>RETURNING's values are the source's last columns instead (the statement joins other relations).</summary>
    public bool ReturnsSourceColumns { get; init; }

    /// <summary>Null: the statement has no RETURNING.</summary>
    public IReadOnlyList<ResultColumn>? ReturningColumns { get; init; }

    /// <summary>ON CONFLICT of the statement; null: the table's own behaviour.</summary>
    public BoundConflict? OnConflict { get; init; }

    /// <summary>Stored relations the source reads.</summary>
    public IReadOnlyList<int> Relations { get; } = PlanWalk.Relations(Source);
}

public sealed partial class Planner
{
    public PlannedWrite PlanInsert(Sql.InsertStatement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var context = NewContext(parameterTypes);
        var binder = new WriteBinder(context);
        var bound = binder.Insert(statement);
        var plan = Write(context, bound.Table, bound.Plan, bound.Ids);
        return Returning(binder, context, plan, statement.Alias,
            statement.Returning) with
        { OnConflict = bound.OnConflict };
    }

    public PlannedWrite PlanUpdate(Sql.UpdateStatement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var context = NewContext(parameterTypes);
        var binder = new WriteBinder(context);
        return Changed(binder, context, binder.Update(statement), statement.Alias, statement.Returning);
    }

    public PlannedWrite PlanDelete(Sql.DeleteStatement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var context = NewContext(parameterTypes);
        var binder = new WriteBinder(context);
        return Changed(binder, context, binder.Delete(statement), statement.Alias, statement.Returning);
    }

    private PlannedWrite Changed(
        WriteBinder binder, BindContext context, BoundChange bound, string? alias, Sql.SyntaxList<Sql.SelectItem> items)
    {
        var write = Write(context, bound.Table, bound.Plan, bound.Ids);
        return bound.Returned is { } columns
            ? write with { ReturnsSourceColumns = true, ReturningColumns = Described(columns) }
            : Returning(binder, context, write, alias, items);
    }

    private static ResultColumn[] Described(IReadOnlyList<OutputColumn> columns) =>
        [.. columns.Select(c => new ResultColumn(c.Name, c.Type, c.TableOid, c.Attribute))];

    private PlannedWrite Write(BindContext context, CatalogRelation table, LogicalNode plan, IReadOnlyList<int> ids)
    {
        var facts = NewFacts(forView: false);
        plan = new ColumnPruning(context.Pool).Run(Rewrite(context, plan, facts), ids.ToHashSet());
        var lowering = new Lowering(context, facts);
        var root = lowering.Reordered(plan, lowering.Lower(plan), ids);
        return new PlannedWrite(table, root, context.Parameters.Final());
    }

    private static PlannedWrite Returning(
        WriteBinder binder, BindContext context, PlannedWrite write, string? alias,
        Sql.SyntaxList<Sql.SelectItem> items)
    {
        if (items.Count == 0)
        {
            return write;
        }

        var (values, columns) = binder.Returning(write.Table, alias, items);
        return write with
        {
            Returning = [.. values.Select(ExpressionFolding.Fold)],
            ReturningColumns = Described(columns),
            ParameterTypes = context.Parameters.Final(),
        };
    }
}
