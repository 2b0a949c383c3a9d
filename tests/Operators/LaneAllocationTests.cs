using Vectorized.Bench.Experiments;

namespace Vectorized.Tests.Operators;

/// <summary>Once warm, the main lane's thread allocates by growth of state only: nothing a tick, nothing a row.</summary>
public class LaneAllocationTests
{
    /// <summary>Less than any object: what state that grows allocates is spread over hundreds of ticks.</summary>
    private const double BytesPerTickMax = 16;

    [Fact]
    public void Lane_WithNexmarkViewsOnceWarm_AllocatesNothingATick()
    {
        var (bytes, ticks, rows) = LaneAllocation.Measure(warmTicks: 1000, ticks: 2000);
        Assert.True(rows > 10 * ticks);
        Assert.True(bytes <= BytesPerTickMax * ticks, $"{bytes} bytes in {ticks} ticks with {rows} rows");
    }
}
