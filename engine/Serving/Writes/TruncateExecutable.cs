using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>TRUNCATE: deletes every row, of several tables in one tick.</summary>
internal sealed class TruncateExecutable(TruncateStatement statement) : Executable(statement)
{
    public override bool Writes => true;

    /// <summary>The writes themselves wait.</summary>
    internal override Task? Awaits(StateLoading loading) => null;

    internal static TruncateExecutable Create(Session session, TruncateStatement statement)
    {
        foreach (var table in statement.Tables)
        {
            _ = Plan(session, table);
        }

        return new TruncateExecutable(statement);
    }

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        return new AsyncPortal("TRUNCATE TABLE", async cancellation =>
        {
            // Several tables are an implicit transaction of their own, if they are not part of one.
            bool isAlone = statement.Tables.Count > 1 && session.Block is null;
            if (isAlone)
            {
                session.BeginImplicitBlock();
            }

            for (int i = 0; i < statement.Tables.Count; i++)
            {
                var table = statement.Tables[i];
                using var run = new WriteRun(session, () => Plan(session, table), parameters);
                await run.Run(cancellation).ConfigureAwait(false);
            }

            if (isAlone && !session.MoreFollows)
            {
                await session.EndImplicitTransaction(failed: false).ConfigureAwait(false);
            }
        });
    }

    private static WritePlan Plan(Session session, QualifiedName name)
    {
        var found = session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath);
        if (found is not CatalogRelation table)
        {
            throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position);
        }

        if (!table.IsWritable)
        {
            throw new SqlException(SqlState.WrongObjectType, $"\"{table.Name}\" is not a table", name.Position);
        }

        var scan = new ScanNode(table.Id, table.Name, [.. Enumerable.Range(0, table.Columns.Count)])
        {
            Columns = [.. table.Columns.Select(c => new PlanColumn(c.Name, c.Type))],
            Properties = new StreamProperties(StreamKind.AppendOnly, table.Key, Closed: true),
        };
        return new WritePlan(WriteKind.Delete, table, scan, InsertConflict.Overwrite);
    }
}
