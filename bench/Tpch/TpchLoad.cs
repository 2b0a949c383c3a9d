using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Tpch;

/// <summary>Rows of one table that become a write of the tick they join.</summary>
internal sealed class TpchLoad(int tableId, OwnedBatch rows) : WriteCommand(Host.System.Threads)
{
    internal override IReadOnlyList<int> Tables { get; } = [tableId];

    internal override bool CanJoin(LaneTick tick) => true;

    internal override void Run(LaneTick tick) => tick.Write(tableId, rows.Batch, rows);
}
