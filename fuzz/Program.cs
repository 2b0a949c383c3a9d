using Vectorized.Fuzz;

var target = Targets.All.FirstOrDefault(t => args.Length > 0 && t.Name == args[0]);
if (target is null)
{
    Console.Error.WriteLine("usage: fuzz TARGET [--seed N] [--seconds S] [options]");
    foreach (var known in Targets.All)
    {
        Console.Error.WriteLine($"  {known.Name,-8} {known.Summary}");
        Console.Error.WriteLine($"  {"",-8} {string.Join(' ', known.Options)}");
    }

    return 2;
}

try
{
    return target.Run(new FuzzArguments(args.AsSpan(1), target.Options), Console.Out) ? 0 : 1;
}
catch (ArgumentException error)
{
    Console.Error.WriteLine($"fuzz {target.Name}: {error.Message}");
    return 2;
}
