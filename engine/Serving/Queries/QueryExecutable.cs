using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow.Checkpoints;
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
    private readonly Session _session;
    private readonly int _settings;
    private PlannedQuery _planned;
    private PointLookup? _lookup;
    private CatalogSnapshot _catalog;

    internal QueryExecutable(Session session, SelectStatement statement, IReadOnlyList<SqlType> parameterTypes)
        : base(statement)
    {
        _select = statement;
        _session = session;
        _settings = session.Settings.Version;
        _catalog = session.Catalog;
        _planned = Plan(session, _catalog, parameterTypes);
        _lookup = PointLookup.TryCreate(_planned.Root, id => session.Stored.GetValueOrDefault(id));
        ParameterTypes = _planned.ParameterTypes;
        Columns = _planned.Columns;
    }

    public override IReadOnlyList<SqlType> ParameterTypes { get; }

    public override IReadOnlyList<ResultColumn> Columns { get; }

    internal override IReadOnlyCollection<int> Reads => _planned.Relations;

    /// <summary>A look-up finds its row wherever it stands.</summary>
    internal override Task? Awaits(StateLoading loading) => IsLookup(_session) ? null : loading.Of(Reads);

    public override bool RunsBriefly => _lookup is not null;

    /// <summary>Settings count, too: the search path decides what names mean.</summary>
    public override bool IsCurrent =>
        ReferenceEquals(_session.Catalog, _catalog) && _session.Settings.Version == _settings;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        Refresh(session);
        if (IsLookup(session))
        {
            return session.TakeLookupPortal().Open(_lookup!, Columns, parameters);
        }

        return StartQuery(session, parameters);
    }

    /// <summary>Unless the session's own transaction has written the relation.</summary>
    private bool IsLookup(Session session) => _lookup is { } lookup && session.Block?.Find(lookup.RelationId) is null;

    /// <summary>Starts at an epoch the caller holds (and gives up after the portal's disposal).</summary>
    internal QueryPortal StartAt(Session session, ReadLease lease)
    {
        Refresh(session);
        return new QueryPortal(
            Columns,
            _planned.Root,
            () => lease,
            held => Inputs(session, held, []))
        {
            Memory = session.NewMemory(),
        };
    }

    /// <summary>Apart, so that a look-up does not pay for the closures.</summary>
    private QueryPortal StartQuery(Session session, IReadOnlyList<Datum> parameters)
    {
        return new QueryPortal(
            Columns,
            _planned.Root,
            session.LeaseSnapshot,
            lease => Inputs(session, lease, parameters))
        {
            Memory = session.NewMemory(),
        };
    }

    /// <summary>What a query of the session reads, at the leased epoch.</summary>
    internal static QueryInputs Inputs(Session session, ReadLease lease, IReadOnlyList<Datum> parameters) =>
        new(session.Database, lease.View, parameters, session.Values, session.NowMicros)
        {
            Seed = session.NextSeed(),
        };

    private void Refresh(Session session)
    {
        var current = session.Catalog;
        if (!ReferenceEquals(current, _catalog))
        {
            PlanAgain(session, current);
        }
    }

    private void PlanAgain(Session session, CatalogSnapshot current)
    {
        var planned = Plan(session, current, ParameterTypes);
        if (!planned.Columns.Select(c => (c.Name, c.Type)).SequenceEqual(Columns.Select(c => (c.Name, c.Type))))
        {
            throw new SqlException(SqlState.FeatureNotSupported, "cached plan must not change result type");
        }

        _planned = planned;
        _catalog = current;
        _lookup = PointLookup.TryCreate(planned.Root, id => session.Stored.GetValueOrDefault(id));
    }

    private PlannedQuery Plan(Session session, CatalogSnapshot catalog, IReadOnlyList<SqlType> parameterTypes) =>
        session.Database.Plans.Get(session, catalog, _select, parameterTypes);
}
