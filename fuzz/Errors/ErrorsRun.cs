using System.Diagnostics;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Errors;

/// <summary>The loop: a case a seed; what is found is printed with as few statements as still show it.</summary>
internal sealed class ErrorsRun(DatabaseOptions options, TextWriter output)
{
    private readonly SortedDictionary<string, long> _hits = new(StringComparer.Ordinal);

    internal long Cases { get; private set; }

    internal int Findings { get; private set; }

    internal void Go(ulong seed, double seconds, long cases, int findings)
    {
        var clock = Stopwatch.StartNew();
        long comparisons = 0;
        long failing = 0;
        for (ulong number = 0; clock.Elapsed.TotalSeconds < seconds && Cases < cases && Findings < findings; number++)
        {
            var steps = new ErrorsMaker(seed + number).Make();
            var drawn = new Dice(~(seed + number));
            var check = new ErrorsCheck(options with { Workers = drawn.Pick([1, 1, 2, 3]) });
            var found = check.Run(steps);
            Cases++;
            comparisons += check.Comparisons;
            failing += check.Failing;
            foreach (string name in steps.SelectMany(s => s.View?.Productions ?? []).Distinct())
            {
                _hits[name] = _hits.GetValueOrDefault(name) + 1;
            }

            if (found is { } difference)
            {
                Findings++;
                Print(seed + number, [.. steps.Take(difference.At + 1)]);
            }
        }

        output.WriteLine($"cases {Cases}  comparisons {comparisons}  with failing rows {failing}  "
            + $"seconds {clock.Elapsed.TotalSeconds:0.0}  findings {Findings}");
        output.WriteLine($"  hits: {string.Join("  ", _hits.Select(h => $"{h.Key} {h.Value}"))}");
    }

    /// <summary>Productions that no case had.</summary>
    internal IEnumerable<string> Missing => FailingTerms.Names.SelectMany(n => new[] { $"item:{n}", $"condition:{n}" })
        .Concat(["mode:default", "mode:null", "mode:quarantine", "mode:fail", "shape:rows", "shape:grouped", "from:table", "from:join"])
        .Where(n => !_hits.ContainsKey(n));

    private void Print(ulong seed, List<ErrorStep> steps)
    {
        for (int at = steps.Count - 1; at >= ErrorsMaker.TableCount; at--)
        {
            var fewer = steps.Where((_, i) => i != at).ToList();
            if (new ErrorsCheck(options).Run(fewer) is not null)
            {
                steps = fewer;
            }
        }

        output.WriteLine($"== FOUND (seed {seed}): {new ErrorsCheck(options).Run(steps)?.Difference ?? "only with its workers"}");
        foreach (var (sql, view) in steps)
        {
            output.WriteLine($"{sql};");
            if (view is not null)
            {
                output.WriteLine($"-- must be: {view.Expected}\n-- reports: {view.ExpectedReports}");
            }
        }
    }
}
