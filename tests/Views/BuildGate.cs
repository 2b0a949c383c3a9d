using Vectorized.Engine.Operators;

namespace Vectorized.Tests.Views;

/// <summary>
/// Lets a view's building take as many steps as the test allows, so that what comes in between does not depend on anybody's speed; and
/// plants a bug in how the view follows its inputs, if one is named. Any thread.
/// </summary>
internal sealed class BuildGate(string? bug = null) : DataflowHook
{
    internal const string ElsewhereAsNow = "rows elsewhere as they are now";
    internal const string ChangeTwice = "a change twice";
    internal const string ChangeLost = "a change lost";

    private long _steps = long.MaxValue;

    internal override bool SharesJoinSides => true;

    internal override int TimesFollowed => bug switch { ChangeTwice => 2, ChangeLost => 0, _ => 1 };

    internal override TicksElsewhere Elsewhere(TicksElsewhere ticks) =>
        bug == ElsewhereAsNow ? new TicksElsewhere(long.MaxValue / 2, long.MaxValue / 2) : ticks;

    internal override bool HoldsBuild()
    {
        long left = Interlocked.Read(ref _steps);
        if (left < long.MaxValue && left > 0)
        {
            Interlocked.Decrement(ref _steps);
        }

        return left <= 0;
    }

    /// <summary>No step is taken until some are allowed.</summary>
    internal void Close() => Interlocked.Exchange(ref _steps, 0);

    internal void Allow(int steps) => Interlocked.Add(ref _steps, steps);

    internal void Open() => Interlocked.Exchange(ref _steps, long.MaxValue);
}
