using Vectorized.Bench.Budget;
using Vectorized.Bench.Floor;
using Vectorized.Bench.Freshness;
using Vectorized.Bench.Generators;
using Vectorized.Bench.Growth;
using Vectorized.Bench.Kafka;
using Vectorized.Bench.Kernels;
using Vectorized.Bench.Nexmark;
using Vectorized.Bench.Pgwire;
using Vectorized.Bench.Recovery;
using Vectorized.Bench.Report;
using Vectorized.Bench.Scaling;
using Vectorized.Bench.Slice;
using Vectorized.Bench.Tpch;
using Vectorized.Bench.Views;

namespace Vectorized.Bench;

/// <summary>The suites this program knows, in the order its overview lists them.</summary>
internal static class Suites
{
    internal static IReadOnlyList<IBenchSuite> All { get; } =
    [
        new FloorSuite(),
        new NexmarkSuite(),
        new TpchSuite(),
        new GeneratorSuite(),
        new PgwireSuite(),
        new KafkaSuite(),
        new FreshnessSuite(),
        new BackfillSuite(),
        new MemorySuite(),
        new RecoverySuite(),
        new CheckpointSuite(),
        new GrowthSuite(),
        new ViewsSuite(),
        new ScalingSuite(),
        new KernelSuite(),
        new SliceSuite(),
        new ReportSuite(),
    ];
}
