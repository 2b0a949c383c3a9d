using Vectorized.Engine.Types;

namespace Vectorized.Engine.Budget;

/// <summary>
/// What one view (or sink, or shared arrangement) adds within a tick. A tick that reaches the limit is ended by the view that has taken
/// most of what there was at the tick's beginning: it stops, the tick and the others go on. In use on the threads of all its parts.
/// </summary>
internal sealed class ViewMemory(string name, MemoryBudget? budget) : MemoryAccount(countsManaged: false)
{
    /// <summary>A view that has added less is never the one.</summary>
    private const long SmallBytes = 1 << 20;

    /// <summary>Beyond the limit by this part of it, any view is.</summary>
    private const int ToleranceDivisor = 20;

    private long _tick;

    protected override SqlException? Refusal(long held, long wanted)
    {
        if (budget is not { IsEnforced: true, IsLimited: true })
        {
            return null;
        }

        long tick = budget.Tick;
        if (Interlocked.Exchange(ref _tick, tick) != tick)
        {
            Forget();
            Credit(-wanted);
            held = wanted;
        }

        long excess = budget.Excess(wanted);
        if (excess <= 0 || held < SmallBytes)
        {
            return null;
        }

        budget.Measure();
        excess = budget.Excess(wanted);
        bool isMost = held >= budget.TickHeadroom / 2 || excess > budget.LimitBytes / ToleranceDivisor;
        return excess > 0 && isMost ? Stopped(held, budget.LimitBytes) : null;
    }

    private SqlException Stopped(long held, long limit) => new(
        SqlState.OutOfMemory,
        $"it needed {MemorySize.Format(held)} within one tick, more than was left of the memory limit of {MemorySize.Format(limit)}; "
        + $"\"{name}\" was the one that took most");
}
