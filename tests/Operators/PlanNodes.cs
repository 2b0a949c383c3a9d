using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

/// <summary>Plan nodes for tests.</summary>
internal static class PlanNodes
{
    internal static PlanColumn[] Columns(params IReadOnlyList<SqlType> types) =>
        [.. types.Select((t, i) => new PlanColumn("c" + i, t))];

    internal static ScanNode Scan(
        IReadOnlyList<SqlType> types, StreamKind kind = StreamKind.General, int[]? key = null, int id = 1) =>
        new(id, "r" + id, [.. Enumerable.Range(0, types.Count)])
        {
            Columns = Columns(types),
            Properties = new StreamProperties(kind, key),
        };
}
