using Vectorized.Fuzz.Simulation;
using Xunit.Abstractions;

namespace Vectorized.Tests.Simulation;

/// <summary>
/// Whole servers on a simulated machine, a short slice from fixed seeds; the long one: `fuzz simulate --cases 1000 --twice`.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 20_261_130;
    private const int SeedsEach = 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Server_KilledAtAnyPoint_KeepsItsPromisesAndItsHash(int slice)
    {
        for (int i = 0; i < SeedsEach; i++)
        {
            ulong seed = FirstSeed + (ulong)((slice * SeedsEach) + i);
            var result = SimulationResult.Of(seed);
            output.WriteLine(result.Describe());
            Assert.True(result.Failure is null, $"{result.Describe()}\n{string.Join('\n', result.Trace.Tail(60))}");
            Assert.Equal(result.Hash, SimulationResult.Of(seed).Hash);
        }
    }

    /// <summary>
    /// Seeds that found something: a log that a successor cut while it was read; being fenced in the middle of a DROP; state that is loaded
    /// for long; a log that begins anew behind older segments. What they come to changes with the simulation.
    /// </summary>
    [Theory]
    [InlineData(400_087)]
    [InlineData(400_431)]
    [InlineData(400_159)]
    [InlineData(700_352)]
    public void Server_SeedThatFoundSomething_KeepsItsPromises(ulong seed)
    {
        var result = SimulationResult.Of(seed);
        Assert.True(result.Failure is null, $"{result.Describe()}\n{string.Join('\n', result.Trace.Tail(60))}");
    }
}
