using System.Diagnostics;
using Vectorized.Bench;
using Vectorized.Bench.Experiments;

if (args.Length > 0 && args[0] == "experiment")
{
    return ExperimentList.Run(args.AsSpan(1), Console.Out);
}

var suite = Suites.All.FirstOrDefault(s => args.Length > 0 && s.Name == args[0]);
if (suite is null)
{
    Console.Error.WriteLine("usage: bench SUITE [options] [--json FILE]");
    foreach (var known in Suites.All)
    {
        Console.Error.WriteLine($"  {known.Name,-11} {known.Summary}");
    }

    Console.Error.WriteLine("  experiment NAME (without a name: their list)");

    return 2;
}

try
{
    var arguments = new BenchArguments(args[1..], [.. suite.Options, "--json"]);
    var machine = MachineFacts.Read();
    string taken = DateTime.UtcNow.ToString("s") + "Z";
    long begun = Stopwatch.GetTimestamp();
    var table = suite.Run(arguments);
    table.Print(Console.Out);
    if (arguments.Text("--json") is { Length: > 0 } path)
    {
        new BenchRecord
        {
            Suite = suite.Name,
            Options = arguments.Without("--json"),
            Taken = taken,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 1),
            Machine = machine,
            Rows = table.ToJson(),
        }.Write(path);
    }

    if (table.Failure is { } failure)
    {
        Console.Error.WriteLine($"bench {suite.Name}: {failure}");
    }

    return table.Failure is null ? 0 : 1;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine($"bench {suite.Name}: {error.Message}");
    return 2;
}
