using Vectorized.Engine.Dataflow;

namespace Vectorized.Tests.Dataflow;

/// <summary>How many rows the steps of a build take, by what they cost.</summary>
public sealed class BuildPaceTests
{
    private const long StepNanos = 1_000_000;

    [Fact]
    public void RowsOfLikeCost_TakeTheTimeOfAStep()
    {
        var pace = new BuildPace();
        pace.Begin();
        for (int step = 0; step < 100; step++)
        {
            int rows = pace.Rows(StepNanos);
            pace.Took(rows, rows * 250L);
            Assert.True(step < 10 || rows is > 3_000 and < 5_000, $"step {step}: {rows} rows");
        }
    }

    [Fact]
    public void StepsThatComputeAllAnew_BecomeFewAndLarge()
    {
        const long AllRows = 2_000_000;
        var pace = new BuildPace();
        pace.Begin();
        long done = 0;
        int steps = 0;
        for (; done < AllRows; steps++)
        {
            int rows = pace.Rows(StepNanos);
            done += rows;
            pace.Took(rows, (rows * 250L) + (done * 20));
        }

        // Steps of a millisecond would be thousands, of 64 rows each towards the end.
        Assert.True(steps < 1_000, $"{steps} steps");
    }

    [Fact]
    public void StepsThatAreHeldUpNowAndThen_StayShort()
    {
        var pace = new BuildPace();
        pace.Begin();
        for (int step = 0; step < 1_000; step++)
        {
            int rows = pace.Rows(StepNanos);
            pace.Took(rows, (rows * 250L) + (step % 20 == 0 ? 50_000_000 : 0));
            Assert.True(rows < 5_000, $"step {step}: {rows} rows");
        }
    }
}
