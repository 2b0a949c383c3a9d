using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// What the main lane does as the process comes near its memory limit, in this order: takes fewer rows of sources a tick, so that no tick
/// can pass the limit by much; gives cached blocks and the managed heap's free memory back; stops the view that holds
/// most, one at a time, and waits until its memory is back; reads sources no more and refuses writes when there is no view left whose
/// stopping would help. Main lane only, but for what it tells.
/// </summary>
internal sealed class MemoryPressure(MainLane lane, IClock clock)
{
    private const long MeasuredEveryNanos = 5_000_000;
    private const long ReleaseNanosMax = 5_000_000_000;
    private const int MeasuredEveryDivisor = 256;

    /// <summary>Of the limit: a view that holds less is not worth stopping.</summary>
    private const int GreedyDivisor = 64;

    private const int RowsMin = 64;
    private const double BytesPerRowUsual = 256;

    private long _measuredNanos = long.MinValue;
    private long _measuredCommitted;
    private long _resident;
    private long _releaseUntilNanos;
    private long _releasedAtCommitted;
    private double _bytesPerRow = BytesPerRowUsual;
    private volatile bool _isThrottled;
    private volatile bool _isStuck;

    /// <summary>Sources are read slower than they could be, or not at all.</summary>
    internal bool IsThrottled => _isThrottled;

    /// <summary>Memory is short, and no view holds enough of it: sources wait, and so the lane looks again from time to time.</summary>
    internal bool IsStuck => _isStuck;

    /// <summary>Bytes that others than its own operators hold for a view (indexes), by its id. Set by the owner of the lane.</summary>
    internal Func<int, long>? BytesBeside { get; set; }

    private MemoryBudget Budget => lane.Memory;

    /// <summary>Called before a tick takes rows: stops a view if it must.</summary>
    internal void Decide()
    {
        if (!Budget.IsLimited)
        {
            return;
        }

        long resident = Resident();
        _isThrottled = resident >= Budget.ThrottleBytes;
        _isStuck = false;
        if (resident < Budget.SuspendBytes || Relieve() < Budget.SuspendBytes || IsReleasing())
        {
            return;
        }

        string state = $"the process had {MemorySize.Format(_resident)} of its memory limit of {MemorySize.Format(Budget.LimitBytes)}";
        if (lane.BuildingBytes is var building and > 0 && lane.StopBuilding(state))
        {
            Await(building);
            return;
        }

        if (ViewSizes.Greediest(lane.Graph, BytesBeside) is not { } greediest || greediest.Bytes < Budget.LimitBytes / GreedyDivisor)
        {
            _isStuck = true;
            return;
        }

        Await(greediest.Bytes);
        lane.Stop(greediest.View, $"it held {MemorySize.Format(greediest.Bytes)}, more than any other, when {state}");
    }

    /// <summary>So much is on its way back.</summary>
    private void Await(long bytes)
    {
        _releasedAtCommitted = BlockPool.CommittedBytes - (bytes / 2);
        _releaseUntilNanos = clock.MonotonicNanos + ReleaseNanosMax;
    }

    /// <summary>How many rows of sources a tick may take of those that it has time for.</summary>
    internal int Rows(int rowsMax)
    {
        if (!_isThrottled)
        {
            return rowsMax;
        }

        long left = Budget.SuspendBytes - _resident;
        return IsStuck ? 0 : (int)Math.Clamp(left / 4 / _bytesPerRow, RowsMin, rowsMax);
    }

    /// <summary>A tick has been executed: what it added, its own memory included.</summary>
    internal void Executed(int rowCount, long addedBytes)
    {
        if (rowCount >= RowsMin)
        {
            _bytesPerRow = (_bytesPerRow * 0.8) + (Math.Max(16, addedBytes / (double)rowCount) * 0.2);
        }
    }

    /// <summary>Refuses a write (53200) that would take more than there is, before anything of it is done.</summary>
    /// <param name="bytes">Of its rows.</param>
    internal void Admit(long bytes)
    {
        if (!Budget.IsLimited || !Budget.IsEnforced)
        {
            return;
        }

        // Its rows are held by the statement, by the tick, and by the table.
        long needed = bytes * 2;
        if (Resident() + needed > Budget.LimitBytes || (IsStuck && !IsReleasing()))
        {
            Relieve();
            if (_resident + needed > Budget.LimitBytes || IsStuck)
            {
                throw new SqlException(
                    SqlState.OutOfMemory,
                    $"out of memory: the rows need about {MemorySize.Format(needed)}, the server holds {MemorySize.Format(_resident)}"
                    + $" of its limit of {MemorySize.Format(Budget.LimitBytes)}",
                    hint: "Delete rows or drop views, or raise the limit (--memory, ALTER SYSTEM SET memory); "
                    + "rw_catalog.rw_operator_memory shows who holds what.");
            }
        }
    }

    /// <summary>Refuses (53200) to go on building a view that does not fit beside what is there.</summary>
    internal void CheckBuild(string name)
    {
        if (!Budget.IsLimited || !Budget.IsEnforced || Resident() < Budget.SuspendBytes || Relieve() < Budget.SuspendBytes)
        {
            return;
        }

        throw new SqlException(
            SqlState.OutOfMemory,
            $"out of memory: \"{name}\" does not fit: the server holds {MemorySize.Format(_resident)} with what of it is built, "
            + $"its limit is {MemorySize.Format(Budget.LimitBytes)}",
            hint: "Raise the limit (--memory, ALTER SYSTEM SET memory), or drop what is not needed; "
                + "rw_catalog.rw_operator_memory shows who holds what.");
    }

    /// <summary>The resident size, measured again when time or the pool has moved on.</summary>
    private long Resident()
    {
        long now = clock.MonotonicNanos;
        long added = BlockPool.CommittedBytes - _measuredCommitted;
        if (now - _measuredNanos >= MeasuredEveryNanos || Math.Abs(added) > Budget.LimitBytes / MeasuredEveryDivisor)
        {
            Measure();
            _measuredNanos = now;
        }

        return _resident;
    }

    private void Measure()
    {
        _resident = Budget.Measure();
        _measuredCommitted = BlockPool.CommittedBytes;
    }

    /// <summary>Gives back what nobody uses; the resident size after that.</summary>
    private long Relieve()
    {
        _resident = Budget.Relieve(Budget.SuspendBytes);
        _measuredCommitted = BlockPool.CommittedBytes;
        return _resident;
    }

    /// <summary>The last stopped view's memory is on its way back: readers or a checkpoint may still stand on it.</summary>
    private bool IsReleasing() => BlockPool.CommittedBytes > _releasedAtCommitted && _resident < Budget.LimitBytes
        && (clock.MonotonicNanos < _releaseUntilNanos || lane.Graph.Detached.Any);
}
