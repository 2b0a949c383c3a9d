using Vectorized.Engine.Columns;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Budget;

/// <summary>
/// A machine on which a process is as large as a number says and what the block pool has taken since: what a limit does depends on the test
/// alone. For tests that run alone.
/// </summary>
internal sealed class MeasuredMemory : IMemory
{
    private readonly long _committedAtStart;

    internal MeasuredMemory()
    {
        BlockPool.Trim(0);
        _committedAtStart = BlockPool.CommittedBytes;
    }

    /// <summary>What the process has besides blocks.</summary>
    internal long OtherBytes { get; set; }

    internal int CollectionCount { get; private set; }

    public long ResidentBytes => OtherBytes + BlockPool.CommittedBytes - _committedAtStart;

    public long ManagedBytes => OtherBytes;

    public long MachineBytes => 1L << 40;

    public void CollectGarbage() => CollectionCount++;
}
