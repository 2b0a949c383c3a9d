using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>
/// SUBSCRIBE TO relation, ready to run. Rows: the epoch they are of, whether they are a progress mark, by how much the row's
/// count changes, and the relation's columns (NULL in a mark, as is diff).
/// </summary>
internal sealed class SubscribeExecutable : Executable
{
    /// <summary>Columns before the relation's own.</summary>
    internal const int OwnColumns = 3;

    private readonly CatalogRelation _relation;
    private readonly SubscribeOptions _options;

    private SubscribeExecutable(SubscribeStatement statement, CatalogRelation relation, SubscribeOptions options)
        : base(statement)
    {
        _relation = relation;
        _options = options;
        int[] visible = [.. Enumerable.Range(0, relation.Columns.Count).Where(c => relation.Columns[c].IsVisible)];
        RelationColumns = visible;
        Columns =
        [
            new ResultColumn("epoch", SqlType.Int64),
            new ResultColumn("progressed", SqlType.Boolean),
            new ResultColumn("diff", SqlType.Int64),
            .. visible.Select(c => new ResultColumn(relation.Columns[c].Name, relation.Columns[c].Type)),
        ];
    }

    public override IReadOnlyList<ResultColumn> Columns { get; }

    internal int[] RelationColumns { get; }

    internal override IReadOnlyCollection<int> Reads => [_relation.Id];

    internal static SubscribeExecutable Create(Session session, SubscribeStatement statement)
    {
        var name = RelationOf(statement);
        var relation = session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath) as CatalogRelation
            ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
        _ = RelationAccess.Get(session.Stored, relation.Id);
        return new SubscribeExecutable(statement, relation, SubscribeOptions.Parse(statement));
    }

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) => session.Block is null
        ? new SubscribePortal(session.Database, _relation.Id, this, _options)
        : throw new SqlException(
            SqlState.ActiveSqlTransaction, "SUBSCRIBE cannot run inside a transaction block",
            hint: "A block sees one epoch only.");

    private static QualifiedName RelationOf(SubscribeStatement statement)
    {
        if (statement.Query.Body is SelectBody { From: [TableReference table] }
            && statement.Query.ToString() == $"SELECT * FROM {table.Name}")
        {
            return table.Name;
        }

        throw new SqlException(
            SqlState.FeatureNotSupported, "not supported: SUBSCRIBE TO (query)", Math.Max(statement.Query.Position, 1),
            hint: "CREATE MATERIALIZED VIEW of the query and SUBSCRIBE TO that.");
    }
}
