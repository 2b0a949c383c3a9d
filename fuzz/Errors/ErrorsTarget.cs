using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Mutants;

namespace Vectorized.Fuzz.Errors;

/// <summary>Views over expressions that fail on some rows, under every on_error, with their reports.</summary>
internal sealed class ErrorsTarget : ITarget
{
    public string Name => "errors";

    public string Summary => "rows on which a view's expressions fail, under every on_error, and what is reported of them";

    public IReadOnlyList<string> Options => ["--seed", "--seconds", "--cases", "--findings", "--mutants", "--coverage"];

    public bool Run(FuzzArguments arguments, TextWriter output)
    {
        ulong seed = (ulong)arguments.Number("--seed", Seeds.Fresh());
        long seconds = arguments.Number("--seconds", 60);
        output.WriteLine($"fuzz errors --seed {seed} --seconds {seconds}");
        if (arguments.Has("--mutants"))
        {
            return MutantRun.Errors(seed, seconds, output);
        }

        var run = new ErrorsRun(new DatabaseOptions(), output);
        run.Go(seed, seconds, arguments.Number("--cases", long.MaxValue), (int)arguments.Number("--findings", 5));
        var missing = run.Missing.ToList();
        if (missing.Count > 0)
        {
            output.WriteLine($"  not hit: {string.Join(", ", missing)}");
        }

        return run.Findings == 0 && (!arguments.Has("--coverage") || missing.Count == 0);
    }
}
