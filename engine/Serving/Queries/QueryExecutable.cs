using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// A prepared SELECT: planned once, planned again when the catalog has changed (0A000 if that changes its columns). Look-ups
/// of one row by key take the short way.
/// </summary>
internal sealed class QueryExecutable : Executable
{
    private readonly SelectStatement _select;
    private PlannedQuery _planned;
    private PointLookup? _lookup;
    private CatalogSnapshot _catalog;

    internal QueryExecutable(Session session, SelectStatement statement, IReadOnlyList<SqlType> parameterTypes)
        : base(statement)
    {
        _select = statement;
        _catalog = session.Database.Catalog;
        _planned = Plan(session, _catalog, parameterTypes);
        _lookup = PointLookup.TryCreate(_planned.Root, id => session.Database.Stored.GetValueOrDefault(id));
        ParameterTypes = _planned.ParameterTypes;
        Columns = _planned.Columns;
    }

    public override IReadOnlyList<SqlType> ParameterTypes { get; }

    public override IReadOnlyList<ResultColumn> Columns { get; }

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        Refresh(session);
        if (_lookup is { } lookup)
        {
            return new LookupPortal(session, lookup, Columns, parameters);
        }

        var database = session.Database;
        return new QueryPortal(
            Columns,
            _planned.Root,
            session.LeaseSnapshot,
            lease => new QueryInputs(database, lease.Pin.Tick, parameters, session.Values, database.Host.Clock.WallMicros));
    }

    private void Refresh(Session session)
    {
        var current = session.Database.Catalog;
        if (ReferenceEquals(current, _catalog))
        {
            return;
        }

        var planned = Plan(session, current, ParameterTypes);
        if (!planned.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(Columns.Select(c => (c.Name, c.Type))))
        {
            throw new SqlException(SqlState.FeatureNotSupported, "cached plan must not change result type");
        }

        _planned = planned;
        _catalog = current;
        _lookup = PointLookup.TryCreate(planned.Root, id => session.Database.Stored.GetValueOrDefault(id));
    }

    private PlannedQuery Plan(Session session, CatalogSnapshot catalog, IReadOnlyList<SqlType> parameterTypes) =>
        Planners.For(session, catalog).PlanQuery(_select.Query, parameterTypes);
}

/// <summary>A point look-up as a portal: one probe, at most one row.</summary>
internal sealed class LookupPortal(
    Session session, PointLookup lookup, IReadOnlyList<ResultColumn> columns, IReadOnlyList<Datum> parameters) : IPortal
{
    private readonly Columns.Arena _arena = session.TakeArena();
    private ReadLease? _held;
    private bool _probed;
    private int _rows;

    public IReadOnlyList<ResultColumn>? Columns => columns;

    public string CommandTag => _rows == 0 ? "SELECT 0" : "SELECT 1";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public ValueTask<Columns.Batch?> Next(CancellationToken cancellation)
    {
        if (_probed)
        {
            return new ValueTask<Columns.Batch?>((Columns.Batch?)null);
        }

        _probed = true;
        var lease = session.LeaseSnapshot();
        _held = lease;
        var result = session.LookupResult;
        if (!lookup.Find(session.Database, lease.Pin, parameters, _arena, result))
        {
            return new ValueTask<Columns.Batch?>((Columns.Batch?)null);
        }

        _rows = 1;
        return new ValueTask<Columns.Batch?>(result);
    }

    public void Dispose()
    {
        _held?.Dispose();
        _held = null;
        session.ReturnArena(_arena);
    }
}
