namespace Vectorized.Bench.Experiments;

/// <summary>The experiments this program knows.</summary>
internal static class ExperimentList
{
    internal static IReadOnlyList<IExperiment> All { get; } =
    [
        new EmptyTick(),
        new WorkerAllocation(),
        new StateKernels(),
        new GroupLayouts(),
        new GroupCheckpointPause(),
        new ReadersBesideResize(),
        new OrderedSetCost(),
        new LateMaterialisation(),
        new OneRowChange(),
    ];

    /// <summary>Runs the one named by the first argument; lists them when there is none of that name.</summary>
    internal static int Run(ReadOnlySpan<string> arguments, TextWriter output)
    {
        foreach (var experiment in All)
        {
            if (arguments.Length > 0 && experiment.Name == arguments[0])
            {
                return experiment.Run(output);
            }
        }

        output.WriteLine("usage: bench experiment NAME");
        foreach (var experiment in All)
        {
            output.WriteLine($"  {experiment.Name,-24} {experiment.Summary}");
        }

        return 2;
    }
}
