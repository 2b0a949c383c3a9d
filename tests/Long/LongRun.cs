namespace Vectorized.Tests.Long;

/// <summary>
/// What `./test.sh --long` adds: tests with the trait (which it alone includes) and more rounds of randomised ones.
/// </summary>
internal static class LongRun
{
    /// <summary>[Trait(LongRun.Trait, LongRun.Value)] keeps a test out of `./test.sh` without --long.</summary>
    internal const string Trait = "Length";
    internal const string Value = "long";

    private const int RoundsFactor = 20;

    internal static bool IsOn { get; } = Environment.GetEnvironmentVariable("VECTORIZED_LONG_TESTS") == "1";

    /// <summary>Rounds of a randomised test: the usual number, or many times that in a long run.</summary>
    internal static int Rounds(int usual) => IsOn ? usual * RoundsFactor : usual;
}
