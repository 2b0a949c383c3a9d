using Vectorized.Engine.State;
using Vectorized.Tests.Connectors;

namespace Vectorized.Tests.State;

public sealed class FollowerPinsTests
{
    [Fact]
    public void Leave_HoldsUntilItsTimeIsOver()
    {
        using var ticks = new TickPins();
        var clock = new ManualClock();
        var followers = new FollowerPins(ticks);
        ticks.Publish(1);
        followers.Leave(followers.Add(1, 0, long.MaxValue), clock.MonotonicNanos + 200);
        clock.Advance(TimeSpan.FromTicks(1));
        Publish(2);
        Assert.Equal(1, ticks.OldestVisible);
        clock.Advance(TimeSpan.FromTicks(1));
        Publish(3);
        Assert.Equal(3, ticks.OldestVisible);

        void Publish(long tick)
        {
            followers.Trim(tick, clock);
            ticks.Publish(tick);
        }
    }

    [Fact]
    public void Leave_TooFarBehind_IsLetGoAllTheSame()
    {
        using var ticks = new TickPins();
        var followers = new FollowerPins(ticks);
        ticks.Publish(1);
        followers.Leave(followers.Add(1, 0, 10), long.MaxValue);
        followers.Trim(11, new ManualClock());
        ticks.Publish(2);
        Assert.Equal(2, ticks.OldestVisible);
    }

    [Fact]
    public void Leave_MoreThanAreKept_TheFirstGo()
    {
        using var ticks = new TickPins();
        var followers = new FollowerPins(ticks);
        for (int tick = 1; tick <= 100; tick++)
        {
            ticks.Publish(tick);
            followers.Leave(followers.Add(tick, 0, long.MaxValue), long.MaxValue);
        }

        ticks.Publish(101);
        Assert.Equal(37, ticks.OldestVisible);
    }
}
