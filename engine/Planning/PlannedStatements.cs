using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>A query ready to run. The root's columns are the result's, in order and by name.</summary>
/// <param name="Root">The plan; all its inputs are closed.</param>
/// <param name="Columns">What the client is told.</param>
/// <param name="ParameterTypes">Of $1, $2, ...</param>
/// <param name="Relations">Stored relations it reads, by id.</param>
public sealed record PlannedQuery(
    PlanNode Root, IReadOnlyList<ResultColumn> Columns, IReadOnlyList<SqlType> ParameterTypes,
    IReadOnlyList<int> Relations)
{
    /// <summary>The order of the rows is the query's: ORDER BY stands at the root.</summary>
    public bool IsOrdered { get; init; }
}

/// <summary>A materialized view ready to be created.</summary>
/// <param name="Definition">Plan, visible columns and key: what the catalog keeps.</param>
/// <param name="Columns">Its columns, hidden ones last.</param>
/// <param name="DependsOn">Relations and functions it needs.</param>
public sealed record PlannedView(
    MaterializedViewDefinition Definition, IReadOnlyList<CatalogColumn> Columns, IReadOnlyList<int> DependsOn)
{
    /// <summary>Its rows are never taken back.</summary>
    public bool AppendOnly => Definition.Plan.Properties.Kind == StreamKind.AppendOnly;
}
