using System.Diagnostics;
using System.Globalization;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>Runs seeds against every planted bug until it is caught, and prints how many that took and what showed it.</summary>
internal static class SimulationMutantRun
{
    /// <summary>False when one survived so many seeds.</summary>
    /// <param name="name">Part of the names of those to run; null: all.</param>
    internal static bool Go(ulong seed, long seedsMax, string? name, TextWriter output)
    {
        var mutants = SimulationMutantList.All.Where(m => name is null || m.Name.Contains(name, StringComparison.Ordinal)).ToList();
        int survivors = 0;
        output.WriteLine($"{"mutant",-62} {"seeds",8} {"seconds",8}  shown by");
        foreach (var mutant in mutants)
        {
            var clock = Stopwatch.StartNew();
            var (seeds, failure) = Catch(mutant, seed, seedsMax);
            survivors += failure is null ? 1 : 0;
            string shown = failure is null ? "SURVIVED" : string.Join(' ', failure.Split('\n').Take(2).Select(l => l.Trim()));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{mutant.Name,-62} {seeds,8} {clock.Elapsed.TotalSeconds,8:F1}  {(shown.Length > 110 ? shown[..110] : shown)}"));
        }

        output.WriteLine($"{mutants.Count - survivors} caught, {survivors} survived");
        return survivors == 0;
    }

    /// <summary>How many seeds it took, and the failure; null: it survived.</summary>
    internal static (long Seeds, string? Failure) Catch(SimulationMutant mutant, ulong seed, long seedsMax)
    {
        for (long i = 0; i < seedsMax; i++)
        {
            if (SimulationResult.Of(seed + (ulong)i, mutant).Failure is { } failure)
            {
                return (i + 1, failure);
            }
        }

        return (seedsMax, null);
    }
}
