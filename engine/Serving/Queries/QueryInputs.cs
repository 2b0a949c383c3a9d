using System.Collections.Immutable;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>What a query reads: relations as of one tick, system relations, parameters, the session's values.</summary>
internal sealed class QueryInputs(Database database, long tick, IReadOnlyList<Datum> parameters, SessionValues session, long nowMicros)
{
    private ImmutableDictionary<int, IReadOnlyList<Batch>> _workingTables = ImmutableDictionary<int, IReadOnlyList<Batch>>.Empty;

    internal long Tick { get; } = tick;

    internal IReadOnlyList<Datum> Parameters { get; } = parameters;

    internal SessionValues Session { get; } = session;

    internal long NowMicros { get; } = nowMicros;

    internal ulong HashSeed => database.HashSeed;

    internal StoredRelation Relation(int id) => RelationAccess.Get(database, id);

    /// <summary>The same, and the rows of a recursion's round before.</summary>
    internal QueryInputs WithWorkingTable(int number, IReadOnlyList<Batch> rows) => new(database, Tick, Parameters, Session, NowMicros)
    {
        _workingTables = _workingTables.SetItem(number, rows),
    };

    internal IReadOnlyList<Batch> WorkingTable(int number) => _workingTables[number];

    internal Batch SystemRows(SystemScanNode node, Arena arena) => SystemScans.Rows(database, Session, node, arena);
}
