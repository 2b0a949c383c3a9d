using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Vectorized.Bench.Kernels;

/// <summary>
/// `bench -- kernels`: what the kernels cost a row, by BenchmarkDotNet, each beside its loop (<see cref="KernelBenchmarks"/>). In this
/// process, so what is measured is what was built here.
/// </summary>
internal sealed class KernelSuite : IBenchSuite
{
    private const string LoopSuffix = "Loop";

    public string Name => "kernels";

    public string Summary => "ns a row of kernels beside plain loops, by BenchmarkDotNet: [--iterations N]";

    public IReadOnlyList<string> Options { get; } = ["--iterations"];

    public BenchTable Run(BenchArguments arguments)
    {
        int iterations = (int)arguments.Number("--iterations", 7);
        var log = new LogCapture();
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(iterations)
                .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100)))
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddLogger(log)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"kernels.{Environment.ProcessId}"));
        var summary = BenchmarkRunner.Run<KernelBenchmarks>(config);
        var nanos = summary.Reports.Where(r => r.ResultStatistics is not null).ToDictionary(
            r => r.BenchmarkCase.Descriptor.WorkloadMethod.Name, r => r.ResultStatistics!.Median / KernelBenchmarks.Rows);
        var table = new BenchTable("kernel", "ns/row", "loop ns/row", "kernel / loop");
        foreach (var (name, ours) in nanos.Where(n => !n.Key.EndsWith(LoopSuffix, StringComparison.Ordinal)))
        {
            double loop = nanos[name + LoopSuffix];
            table.Add(name, ours, loop, ours / loop);
        }

        int wanted = summary.BenchmarksCases.Length;
        if (wanted == 0 || nanos.Count < wanted)
        {
            Console.Error.WriteLine(log.ToString());
            table.Failure = $"{nanos.Count} of {wanted} benchmarks came to a result";
        }

        return table;
    }

    /// <summary>Kept for the case that something goes wrong.</summary>
    private sealed class LogCapture : ILogger
    {
        private readonly System.Text.StringBuilder _text = new();

        public string Id => nameof(LogCapture);

        public int Priority => 0;

        public void Write(LogKind logKind, string text) => _text.Append(text);

        public void WriteLine() => _text.AppendLine();

        public void WriteLine(LogKind logKind, string text) => _text.AppendLine(text);

        public void Flush()
        {
        }

        public override string ToString() => _text.ToString();
    }
}
