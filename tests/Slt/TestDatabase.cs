using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Slt;

/// <summary>A fresh database in memory for a test.</summary>
internal static class TestDatabase
{
    internal static Database Open(int workers = 1, IClock? clock = null, double? shortWriteRows = null, bool retriesInStage = true) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            FileRoots = [Path.GetTempPath()],
            ShortWriteRows = shortWriteRows ?? new DatabaseOptions().ShortWriteRows,
            QuickWriteNanos = retriesInStage ? new DatabaseOptions().QuickWriteNanos : -1,
        },
        Host.System with { Clock = clock ?? Host.System.Clock },
        new SourceConnectors().AddBuiltin());
}
