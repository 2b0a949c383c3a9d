using Vectorized.Fuzz.Simulation.Mutants;
using Xunit.Abstractions;

namespace Vectorized.Tests.Simulation;

/// <summary>The simulation shows every bug planted in log and recovery; the table: `fuzz simulate --mutants`.</summary>
public sealed class SimulationMutantTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 1;

    public static TheoryData<string> Mutants(bool rare) =>
        new(SimulationMutantList.All.Where(m => m.IsRare == rare).Select(m => m.Name));

    [Theory]
    [MemberData(nameof(Mutants), false)]
    public void Mutant_Planted_IsCaughtWithinSomeSeeds(string name) => Catch(name, 150);

    [Theory]
    [Trait("Length", "long")]
    [MemberData(nameof(Mutants), true)]
    public void RareMutant_Planted_IsCaughtWithinManySeeds(string name) => Catch(name, 600);

    private void Catch(string name, long seedsMax)
    {
        var mutant = SimulationMutantList.All.Single(m => m.Name == name);
        var (seeds, failure) = SimulationMutantRun.Catch(mutant, FirstSeed, seedsMax);
        output.WriteLine($"{seeds} seeds: {failure}");
        Assert.True(failure is not null, $"{name} survived {seeds} seeds from {FirstSeed}");
    }
}
