using Vectorized.Engine.Types;

namespace Vectorized.Engine.Budget;

/// <summary>
/// What one statement of a session holds: arenas, hash tables, sorted rows, rows on their way into a table. It may hold its share of
/// the limit; and when the process has reached its limit no statement may take more, but for those that hold next to nothing.
/// </summary>
/// <param name="budget">The process's.</param>
/// <param name="shareBytes">The statement's; 0: a quarter of the limit.</param>
/// <param name="what">`query`, `INSERT`: for messages.</param>
internal sealed class QueryMemory(MemoryBudget budget, long shareBytes = 0, string what = "query") : MemoryAccount(countsManaged: true)
{
    internal const string Setting = "query_memory";

    /// <summary>Arenas of a query over next to nothing come to two or three MiB.</summary>
    private const long SmallBytes = 4 << 20;
    private const long MeasuredEveryBytes = 16 << 20;

    private long _measuredAt;
    private long _managedMeasuredAt;

    private long ShareBytes => shareBytes > 0 ? shareBytes : budget.LimitBytes / MemoryBudget.QueryShareDivisor;

    protected override SqlException? Refusal(long held, long wanted)
    {
        long limit = budget.LimitBytes;
        long share = ShareBytes;
        if (share > 0 && held > share)
        {
            return OverShare(held, share, limit);
        }

        if (held > SmallBytes && (_measuredAt == 0 || held - _measuredAt > MeasuredEveryBytes))
        {
            _measuredAt = held;
            budget.Refresh();
        }

        if (held <= SmallBytes || budget.Excess(wanted) <= 0)
        {
            return null;
        }

        // Only what the pool has added since the last measurement is known: look again before anybody is refused.
        budget.Measure();
        if (budget.Excess(wanted) <= 0)
        {
            return null;
        }

        budget.Relieve(limit);
        return budget.Excess(wanted) > 0 ? OverLimit(held, limit) : null;
    }

    protected override SqlException? RefusalOfManaged(long allocated)
    {
        long share = ShareBytes;
        if (share > 0 && allocated > share)
        {
            return OverShare(allocated, share, budget.LimitBytes);
        }

        if (allocated - _managedMeasuredAt < MeasuredEveryBytes)
        {
            return null;
        }

        _managedMeasuredAt = allocated;
        long limit = budget.LimitBytes;
        return budget.IsLimited && budget.IsEnforced && budget.Measure() > limit && budget.Relieve(limit) > limit
            ? OverLimit(allocated, limit)
            : null;
    }

    private SqlException OverShare(long held, long share, long limit) => new(
        SqlState.OutOfMemory,
        $"out of memory: the {what} needs {MemorySize.Format(held)}, its share is {MemorySize.Format(share)}",
        detail: shareBytes > 0
            ? $"The share is what {Setting} says."
            : $"The memory limit is {MemorySize.Format(limit)} (--memory); "
                + $"a statement's share is a quarter of it unless {Setting} says otherwise.",
        hint: $"Let it read or write fewer rows at a time, or SET {Setting} to more.");

    private SqlException OverLimit(long held, long limit) => new(
        SqlState.OutOfMemory,
        $"out of memory: the server has reached its limit of {MemorySize.Format(limit)} while the {what} held {MemorySize.Format(held)}",
        detail: "The limit is set by --memory, or by ALTER SYSTEM SET memory.",
        hint: "Run it again when less is going on, or raise the limit; rw_catalog.rw_operator_memory shows who holds what.");
}
