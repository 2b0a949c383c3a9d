using System.Collections.Immutable;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>What a query reads: relations as its view shows them, system relations, parameters, the session's values.</summary>
internal sealed class QueryInputs(
    Database database, ReadView view, IReadOnlyList<Datum> parameters, SessionValues session, long nowMicros)
{
    private ImmutableDictionary<int, IReadOnlyList<Batch>> _workingTables = ImmutableDictionary<int, IReadOnlyList<Batch>>.Empty;

    internal ReadView View { get; } = view;

    internal IReadOnlyList<Datum> Parameters { get; } = parameters;

    internal SessionValues Session { get; } = session;

    internal long NowMicros { get; } = nowMicros;

    /// <summary>Of the volatile functions.</summary>
    internal ulong Seed { get; init; }

    internal ulong HashSeed => database.HashSeed;

    internal DataflowHook? Hook => database.Lane.Graph.Hook;

    /// <summary>The same, and the rows of a recursion's round before.</summary>
    internal QueryInputs WithWorkingTable(int number, IReadOnlyList<Batch> rows) => new(database, View, Parameters, Session, NowMicros)
    {
        Seed = Seed,
        _workingTables = _workingTables.SetItem(number, rows),
    };

    internal IReadOnlyList<Batch> WorkingTable(int number) => _workingTables[number];

    internal Batch SystemRows(SystemScanNode node, Arena arena) => SystemScans.Rows(database, Session, node, arena);
}
