using System.Globalization;
using Xunit.Abstractions;

namespace Vectorized.Tests.Sql;

/// <summary>The seed of a randomised test, printed; VECTORIZED_SEED replays one.</summary>
internal static class Seeds
{
    public static int Next(ITestOutputHelper output)
    {
        string? fixedSeed = Environment.GetEnvironmentVariable("VECTORIZED_SEED");
        int seed = fixedSeed is null ? Random.Shared.Next(1_000_000_000) : int.Parse(fixedSeed, CultureInfo.InvariantCulture);
        output.WriteLine($"VECTORIZED_SEED={seed}");
        return seed;
    }
}
