using FsCheck;
using FsCheck.Fluent;
using Vectorized.Tests.Long;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

/// <summary>
/// Runs a law on random inputs made from a seed and a size. The seed is printed; VECTORIZED_SEED=n replays it.
/// </summary>
internal static class Law
{
    internal static void Check(ITestOutputHelper output, int tests, Func<Random, bool> holds)
    {
        string? fixedSeed = Environment.GetEnvironmentVariable("VECTORIZED_SEED");
        ulong seed = fixedSeed is null ? (ulong)Random.Shared.NextInt64() : ulong.Parse(fixedSeed);
        output.WriteLine($"seed {seed} (VECTORIZED_SEED={seed} replays it)");
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(LongRun.Rounds(tests)).WithReplay(seed, (seed * 2) + 1),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), n => holds(new Random(n))));
    }
}
