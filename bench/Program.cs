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
        Console.Error.WriteLine($"  {known.Name,-10} {known.Summary}");
    }

    Console.Error.WriteLine("  experiment NAME (without a name: their list)");

    return 2;
}

try
{
    var arguments = new BenchArguments(args[1..], [.. suite.Options, "--json"]);
    var table = suite.Run(arguments);
    table.Print(Console.Out);
    if (arguments.Text("--json") is { Length: > 0 } path)
    {
        table.WriteJson(path);
    }

    return 0;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine($"bench {suite.Name}: {error.Message}");
    return 2;
}
