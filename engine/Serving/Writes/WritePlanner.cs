using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>INSERT, UPDATE and DELETE as write plans of this engine; what it cannot do yet is refused by name.</summary>
internal static class WritePlanner
{
    internal static (WritePlan Plan, IReadOnlyList<SqlType> ParameterTypes) Plan(
        Session session, CatalogSnapshot catalog, Statement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var planner = Planners.For(session, catalog);
        var (kind, planned) = statement switch
        {
            InsertStatement s => (WriteKind.Insert, planner.PlanInsert(s, parameterTypes)),
            UpdateStatement s => (WriteKind.Update, planner.PlanUpdate(s, parameterTypes)),
            DeleteStatement s => (WriteKind.Delete, planner.PlanDelete(s, parameterTypes)),
            _ => throw new SqlException(SqlState.InternalError, $"{statement.GetType().Name} does not write a table"),
        };
        if (planned.Table.AppendOnly && (kind != WriteKind.Insert || planned.OnConflict?.NewRow is not null))
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, $"table \"{planned.Table.Name}\" is append-only", statement.Position);
        }

        return (
            new WritePlan(kind, planned.Table, planned.Source, Conflict(statement, planned))
            {
                DoUpdate = planned.OnConflict?.NewRow is null ? null : planned.OnConflict,
                Returning = planned.Returning,
                ReturningColumns = planned.ReturningColumns,
                ReturnsSourceColumns = planned.ReturnsSourceColumns,
            },
            planned.ParameterTypes);
    }

    /// <summary>What the table does where the statement says nothing.</summary>
    internal static InsertConflict OfTable(CatalogRelation table) => table.OnConflict switch
    {
        ConflictBehaviour.DoNothing => InsertConflict.DoNothing,
        ConflictBehaviour.UpdateIfNotNull => InsertConflict.UpdateIfNotNull,
        _ => InsertConflict.Overwrite,
    };

    private static InsertConflict Conflict(Statement statement, PlannedWrite planned)
    {
        if (planned.OnConflict is not { } conflict)
        {
            return OfTable(planned.Table);
        }

        if (conflict.NewRow is not { } row)
        {
            return InsertConflict.DoNothing;
        }

        // The excluded row has the existing one's key, so either stands for "unchanged".
        int width = planned.Table.Columns.Count;
        bool moves = planned.Table.PrimaryKey.Any(
            k => row[k] is not Binding.ColumnExpression column || (column.Index != k && column.Index != width + k));
        return moves
            ? throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: ON CONFLICT DO UPDATE of a primary key column",
                ((InsertStatement)statement).OnConflict!.Position)
            : InsertConflict.DoUpdate;
    }
}
