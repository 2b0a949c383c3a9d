using Vectorized.Server.Http;

namespace Vectorized.Tests.Observed;

public sealed class ExpositionTests
{
    [Fact]
    public void PrometheusText_LabelsAndNumbersOfAnyKind_AreWellFormed()
    {
        string text = new PrometheusText().Counter("a_total", "Back\\slash\nline.", 2)
            .Begin("b", "B.", "gauge").Sample(double.NaN, ("view", "say \"hi\"\\\n"))
            .Sample(double.PositiveInfinity, ("view", "x"), ("y", "z"))
            .ToString();
        var parsed = Exposition.Parse(text);
        Assert.Equal(2, parsed["vectorized_a_total"]);
        Assert.Equal(double.NaN, parsed["""vectorized_b{view="say \"hi\"\\\n"}"""]);
        Assert.Equal(double.PositiveInfinity, parsed["""vectorized_b{view="x",y="z"}"""]);
    }

    [Theory]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1")]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"\"\"} 1\n")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\"} one\n")]
    [InlineData("# HELP a A.\n# TYPE a counter\na 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 3\n")]
    public void Exposition_NotWellFormed_IsNoticed(string text) => Assert.ThrowsAny<FormatException>(() => Exposition.Parse(text));
}
