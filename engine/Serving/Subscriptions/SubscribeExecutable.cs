using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>
/// SUBSCRIBE TO a relation or a query, which gets a view of its own while it runs, ready to run. Rows: the epoch they are of,
/// whether they are a progress mark, by how much the row's count changes, and the relation's columns (NULL in a mark, as is
/// diff).
/// </summary>
internal sealed class SubscribeExecutable : Executable
{
    /// <summary>Columns before the relation's own.</summary>
    internal const int OwnColumns = 3;

    private readonly int? _relationId;
    private readonly SubscribeOptions _options;

    private SubscribeExecutable(
        SubscribeStatement statement, int? relationId, IReadOnlyList<CatalogColumn> columns, SubscribeOptions options)
        : base(statement)
    {
        _relationId = relationId;
        _options = options;
        int[] visible = [.. Enumerable.Range(0, columns.Count).Where(c => columns[c].IsVisible)];
        RelationColumns = visible;
        Columns =
        [
            new ResultColumn("epoch", SqlType.Int64),
            new ResultColumn("progressed", SqlType.Boolean),
            new ResultColumn("diff", SqlType.Int64),
            .. visible.Select(c => new ResultColumn(columns[c].Name, columns[c].Type)),
        ];
    }

    public override IReadOnlyList<ResultColumn> Columns { get; }

    internal int[] RelationColumns { get; }

    internal override IReadOnlyCollection<int> Reads => _relationId is { } id ? [id] : [];

    internal override Task? Awaits(StateLoading loading) => loading.Of(Reads);

    internal static SubscribeExecutable Create(Session session, SubscribeStatement statement)
    {
        var options = SubscribeOptions.Parse(statement);
        if (NameIn(statement) is { } name)
        {
            var relation = session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath) as CatalogRelation
                ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
            if (relation.Kind is not (RelationKind.View or RelationKind.Source))
            {
                _ = RelationAccess.Get(session.Stored, relation.Id);
                return new SubscribeExecutable(statement, relation.Id, relation.Columns, options);
            }
        }

        if (options.Since is not null || options.RetainMillis > 0)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: resuming a subscription to a query", Math.Max(statement.Query.Position, 1),
                hint: "CREATE MATERIALIZED VIEW of the query and SUBSCRIBE TO that: its changes are kept by its subscribers.");
        }

        var planned = Planners.For(session, session.Catalog).PlanMaterializedView(statement.Query, [], 0, "subscription");
        return new SubscribeExecutable(statement, null, planned.Columns, options);
    }

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) => session.Block is null
        ? new SubscribePortal(session, _relationId, this, _options)
        : throw new SqlException(
            SqlState.ActiveSqlTransaction, "SUBSCRIBE cannot run inside a transaction block",
            hint: "A block sees one epoch only.");

    /// <summary>The relation's name, where it is one as it is.</summary>
    private static QualifiedName? NameIn(SubscribeStatement statement) =>
        statement.Query.Body is SelectBody { From: [TableReference table] }
            && statement.Query.ToString() == $"SELECT * FROM {table.Name}" ? table.Name : null;
}
