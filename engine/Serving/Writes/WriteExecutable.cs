using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>A prepared INSERT, UPDATE or DELETE; planned again when the catalog has changed.</summary>
internal sealed class WriteExecutable : Executable
{
    private WritePlan _plan;
    private Catalog.CatalogSnapshot _catalog;

    internal WriteExecutable(Session session, Statement statement, IReadOnlyList<SqlType> parameterTypes)
        : base(statement)
    {
        _catalog = session.Catalog;
        (_plan, ParameterTypes) = WritePlanner.Plan(session, _catalog, statement, parameterTypes);
        Columns = _plan.ReturningColumns;
    }

    public override IReadOnlyList<SqlType> ParameterTypes { get; }

    public override IReadOnlyList<ResultColumn>? Columns { get; }

    public override bool Writes => true;

    internal override IReadOnlyCollection<int> Reads => _plan.Reads;

    /// <summary>The write itself waits.</summary>
    internal override Task? Awaits(StateLoading loading) => null;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) =>
        new WritePortal(session, _plan.Kind, () => Current(session), Columns, parameters);

    private WritePlan Current(Session session)
    {
        var current = session.Catalog;
        if (!ReferenceEquals(current, _catalog))
        {
            (_plan, _) = WritePlanner.Plan(session, current, Statement, ParameterTypes);
            _catalog = current;
        }

        return _plan;
    }
}
