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
        if (planned.Table.AppendOnly && kind != WriteKind.Insert)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, $"table \"{planned.Table.Name}\" is append-only", statement.Position);
        }

        return (
            new WritePlan(kind, planned.Table, planned.Source, Conflict(statement, planned))
            {
                Returning = planned.Returning,
                ReturningColumns = planned.ReturningColumns,
            },
            planned.ParameterTypes);
    }

    private static ConflictBehaviour Conflict(Statement statement, PlannedWrite planned)
    {
        if (planned.OnConflict is not { } conflict)
        {
            return planned.Table.OnConflict;
        }

        return conflict.NewRow is null ? ConflictBehaviour.DoNothing : throw new SqlException(
            SqlState.FeatureNotSupported,
            "not supported: ON CONFLICT DO UPDATE",
            ((InsertStatement)statement).OnConflict!.Position,
            hint: "By default INSERT overwrites the row of an existing primary key.");
    }
}
