using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Mutants;

namespace Vectorized.Fuzz.Timed;

/// <summary>Views whose rows come and go with watermarks and with the clock.</summary>
internal sealed class TimeTarget : ITarget
{
    public string Name => "time";

    public string Summary => "EMIT ON WINDOW CLOSE and conditions on now(), against queries without time";

    public IReadOnlyList<string> Options => ["--seed", "--seconds", "--cases", "--findings", "--mutants", "--coverage"];

    public bool Run(FuzzArguments arguments, TextWriter output)
    {
        ulong seed = (ulong)arguments.Number("--seed", Seeds.Fresh());
        long seconds = arguments.Number("--seconds", 60);
        output.WriteLine($"fuzz time --seed {seed} --seconds {seconds}");
        if (arguments.Has("--mutants"))
        {
            return MutantRun.Time(seed, seconds, output);
        }

        var run = new TimeRun(new DatabaseOptions(), output);
        run.Go(seed, seconds, arguments.Number("--cases", long.MaxValue), (int)arguments.Number("--findings", 5));
        var missing = run.Missing.ToList();
        if (missing.Count > 0)
        {
            output.WriteLine($"  not hit: {string.Join(", ", missing)}");
        }

        return run.Findings == 0 && (!arguments.Has("--coverage") || missing.Count == 0);
    }
}
