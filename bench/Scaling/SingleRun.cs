using System.Diagnostics;
using System.Globalization;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Scaling;

/// <summary>
/// An engine of one worker in a process of its own, which runs a whole stream whenever it is told to: `bench -- scaling --single QUERY`.
/// It says `ready` when it is warm, then answers each line with the seconds the run took.
/// </summary>
internal sealed class SingleRun : IDisposable
{
    internal const string Option = "--single";

    private readonly Process _process;

    internal SingleRun(string query, NexmarkDensity density, long events)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SingleRun).Assembly.Location);
        }

        string[] arguments =
        [
            "scaling", Option, query, "--density", density.Name, "--events", events.ToString(CultureInfo.InvariantCulture),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start)!;
    }

    internal void AwaitReady()
    {
        if (_process.StandardOutput.ReadLine() is not "ready" and var line)
        {
            throw new InvalidOperationException($"a run of its own did not start: {line}");
        }
    }

    internal void Go() => _process.StandardInput.WriteLine();

    internal double AwaitSeconds() => double.Parse(
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("a run of its own ended early"),
        CultureInfo.InvariantCulture);

    /// <summary>Waits for the end: the other side leaves when its input closes.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The other side: serves until its input ends.</summary>
    internal static void Serve(string query, NexmarkBlocks input)
    {
        Warm.Up(() => Run(), Warm.Dataflow);
        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            Console.WriteLine(Run().ToString("R", CultureInfo.InvariantCulture));
        }

        double Run()
        {
            using var engine = new NexmarkEngine(workers: 1, NexmarkViewSpec.Measured(query));
            return NexmarkRun.Adaptive(engine, input).Wall;
        }
    }
}
