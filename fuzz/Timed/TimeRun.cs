using System.Diagnostics;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Timed;

/// <summary>The loop: a case a seed; what is found is printed with as few steps as still show it.</summary>
internal sealed class TimeRun(DatabaseOptions options, TextWriter output)
{
    private readonly SortedDictionary<string, long> _hits = new(StringComparer.Ordinal);

    internal long Cases { get; private set; }

    internal int Findings { get; private set; }

    /// <summary>Productions that no case had.</summary>
    internal IEnumerable<string> Missing => TimeViewMaker.Productions.Where(n => !_hits.ContainsKey(n));

    internal void Go(ulong seed, double seconds, long cases, int findings)
    {
        var clock = Stopwatch.StartNew();
        long comparisons = 0;
        long withRows = 0;
        for (ulong number = 0; clock.Elapsed.TotalSeconds < seconds && Cases < cases && Findings < findings; number++)
        {
            var maker = new TimeMaker(seed + number);
            var steps = maker.Make();
            var check = new TimeCheck(options with { Workers = new Dice(~(seed + number)).Pick([1, 1, 2, 3]) }, maker.DelayMinutes);
            var found = check.Run(steps);
            Cases++;
            comparisons += check.Comparisons;
            withRows += check.WithRows;
            foreach (string name in steps.Where(s => s.View is not null).Select(s => s.View!.Production).Distinct())
            {
                _hits[name] = _hits.GetValueOrDefault(name) + 1;
            }

            if (found is { } difference)
            {
                Findings++;
                Print(seed + number, [.. steps.Take(difference.At + 1)], maker.DelayMinutes);
            }
        }

        output.WriteLine($"cases {Cases}  comparisons {comparisons}  of views with rows {withRows}  "
            + $"seconds {clock.Elapsed.TotalSeconds:0.0}  findings {Findings}");
        output.WriteLine($"  hits: {string.Join("  ", _hits.Select(h => $"{h.Key} {h.Value}"))}");
    }

    private void Print(ulong seed, List<TimeStep> steps, int delayMinutes)
    {
        string? Difference(List<TimeStep> tried) => new TimeCheck(options, delayMinutes).Run(tried)?.Difference;
        for (int at = steps.Count - 1; at >= TimeMaker.TableCount; at--)
        {
            var fewer = steps.Where((_, i) => i != at).ToList();
            steps = Difference(fewer) is null ? steps : fewer;
        }

        output.WriteLine($"== FOUND (seed {seed}): {Difference(steps) ?? "only with its workers"}");
        foreach (var step in steps)
        {
            output.WriteLine(step);
            if (step.View is { } view)
            {
                output.WriteLine($"-- must be: {view.Expected}");
            }
        }
    }
}
