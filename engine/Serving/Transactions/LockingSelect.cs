using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Transactions;

/// <summary>
/// SELECT ... FOR UPDATE (or SHARE) over one table. Nobody waits: within a block the rows chosen are checked at COMMIT as
/// the written ones are, so that what the block decided by them still holds; outside of one there is nothing to
/// keep. The rows are found as a DELETE of the same condition would find its own; LIMIT is left out, so that more rows
/// may be checked than were returned.
/// </summary>
internal sealed class LockingSelect : Executable
{
    private readonly QueryExecutable _query;
    private readonly DeleteStatement _rows;

    private LockingSelect(SelectStatement statement, QueryExecutable query, DeleteStatement rows)
        : base(statement)
    {
        _query = query;
        _rows = rows;
    }

    public override IReadOnlyList<SqlType> ParameterTypes => _query.ParameterTypes;

    public override IReadOnlyList<ResultColumn> Columns => _query.Columns;

    internal override IReadOnlyCollection<int> Reads => _query.Reads;

    internal static LockingSelect Create(Session session, SelectStatement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        var locking = statement.Query.Locking[0];
        if (locking.Wait == LockWait.SkipLocked)
        {
            throw new SqlException(SqlState.FeatureNotSupported, "not supported: SKIP LOCKED", locking.Position, "Rows are never locked.");
        }

        bool isPlain = statement.Query is { With: null, Body: SelectBody { Distinct: false, DistinctOn: null, Having: null } body }
            && body.From.Count == 1 && body.GroupBy.Count == 0 && body.Windows.Count == 0;
        if (!isPlain || ((SelectBody)statement.Query.Body).From[0] is not TableReference { Name: { } name, AsOf: null } reference
            || session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath)
                is not CatalogRelation { IsWritable: true })
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: row locks (FOR UPDATE, FOR SHARE) of anything but one table",
                locking.Position);
        }

        var rows = new DeleteStatement(name)
        {
            Alias = reference.Alias?.Name,
            Where = ((SelectBody)statement.Query.Body).Where,
        };
        var query = new QueryExecutable(session, new SelectStatement(statement.Query with { Locking = [] }), parameterTypes);
        return new LockingSelect(statement, query, rows);
    }

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        var portal = _query.Start(session, parameters);
        return session.TransactionStatus == TransactionStatus.InBlock
            ? new LockingPortal(portal, cancellation => Lock(session, parameters, cancellation))
            : portal;
    }

    private void Lock(Session session, IReadOnlyList<Datum> parameters, CancellationToken cancellation)
    {
        var block = session.Block!;
        var planned = Planners.For(session, session.Catalog).PlanDelete(_rows, ParameterTypes);
        var plan = new WritePlan(WriteKind.Delete, planned.Table, planned.Source, InsertConflict.Overwrite);
        var inputs = new WriteInputs(parameters, session.Values, session.NextSeed());
        using var rows = WriteRows.Compute(session.Database, plan, inputs, block.View, block.StartedMicros, cancellation);
        block.Check(planned.Table, rows.Rows.Batch);
    }

    /// <summary>Notes the rows when it is first pulled, then hands out the query's.</summary>
    private sealed class LockingPortal(IPortal query, Action<CancellationToken> note) : IPortal
    {
        private bool _noted;

        public IReadOnlyList<ResultColumn>? Columns => query.Columns;

        public string CommandTag => query.CommandTag;

        public ICopyIn? CopyIn => null;

        public ICopyOut? CopyOut => null;

        public ValueTask<Batch?> Next(CancellationToken cancellation)
        {
            if (!_noted)
            {
                note(cancellation);
                _noted = true;
            }

            return query.Next(cancellation);
        }

        public void Dispose() => query.Dispose();
    }
}
