using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>Binds INSERT, UPDATE and DELETE to plans over the table's columns.</summary>
internal static class WritePlanner
{
    internal static (WritePlan Plan, IReadOnlyList<SqlType> ParameterTypes) Plan(
        Session session, CatalogSnapshot catalog, Statement statement, IReadOnlyList<SqlType> parameterTypes) =>
        throw new SqlException(SqlState.FeatureNotSupported, "not supported: INSERT, UPDATE and DELETE", statement.Position);
}
