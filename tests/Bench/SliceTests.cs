using Vectorized.Bench;
using Vectorized.Bench.Slice;

namespace Vectorized.Tests.Bench;

/// <summary>What the slice of the benchmarks makes of ratios. `bench -- slice --slowdown` shows that it finds a planted slowdown.</summary>
public sealed class SliceTests
{
    private static readonly SliceBaseline _baseline = new()
    {
        Ratios = new()
        {
            ["one"] = new() { ["q0"] = 0.1, ["q4"] = 0.02 },
            ["other"] = new() { ["q0"] = 0.2 },
        },
    };

    [Theory]
    [InlineData("one", "q0", 0.1, false)]
    [InlineData("one", "q0", 0.0801, false)]
    [InlineData("one", "q0", 0.0799, true)]
    [InlineData("one", "q4", 0.5, false)]
    [InlineData("one", "q4", double.NaN, true)]
    [InlineData("one", "q9", 1, true)]
    [InlineData("other", "q0", 0.1599, true)]
    [InlineData("other", "q4", 1, true)]
    public void Ratio_ThatFellByMoreThanAFifthOrIsNotKnown_Fails(string cpu, string query, double ratio, bool fails) =>
        Assert.Equal(fails, _baseline.HasFallen(cpu, query, ratio));

    [Theory]
    [InlineData("q0", 0.0601, false)]
    [InlineData("q0", 0.0599, true)]
    [InlineData("q4", 0.0121, false)]
    [InlineData("q4", 0.0119, true)]
    [InlineData("q9", 1, true)]
    public void Ratio_OnAnotherProcessor_IsComparedMoreLooselyWithTheLeast(string query, double ratio, bool fails) =>
        Assert.Equal(fails, _baseline.HasFallen("another", query, ratio));

    [Fact]
    public void MedianRatio_IsOfTheRounds_NotOfTheMedians() =>
        Assert.Equal(2, InTurn.MedianRatio([2, 20, 4], [1, 10, 1]));
}
