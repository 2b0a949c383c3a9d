using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators;

/// <summary>
/// The end of a query: copies result batches into memory of their own and hands them out one at a time. A pulled batch is
/// valid until the next pull. Memory is bounded by what one scanned vector yields, since the driver steps only while
/// nothing waits here; <see cref="RowsWaiting"/> tells it when a vector yields too much. One thread.
/// </summary>
internal sealed class CollectOperator(OperatorContext context) : Operator(context, 1)
{
    private readonly Queue<OwnedBatch> _waiting = [];
    private readonly Stack<Arena> _arenas = new();
    private OwnedBatch? _handedOut;

    public override string Form => "collect";

    public override bool LeadsToResult => true;

    /// <summary>Rows that wait to be pulled.</summary>
    internal long RowsWaiting { get; private set; }

    /// <summary>Bytes held, pulled batch included.</summary>
    internal long Bytes { get; private set; }

    /// <summary>All input has been delivered; what waits is the rest.</summary>
    internal bool IsComplete { get; private set; }

    public override void Push(int input, Batch batch)
    {
        Context.Cancellation.ThrowIfCancellationRequested();
        var arena = _arenas.TryPop(out var used) ? used : new Arena();
        var copy = BatchCopy.Into(arena, batch);
        _waiting.Enqueue(new OwnedBatch(copy, arena));
        RowsWaiting += batch.RowCount;
        Bytes += arena.Bytes;
    }

    /// <summary>The next result batch, or null when none waits. The one before is given up.</summary>
    internal Batch? Pull()
    {
        if (_handedOut is { } old)
        {
            Bytes -= old.Arena.Bytes;
            old.Arena.Reset(blocksKept: 1);
            _arenas.Push(old.Arena);
            _handedOut = null;
        }

        if (!_waiting.TryDequeue(out var next))
        {
            return null;
        }

        _handedOut = next;
        RowsWaiting -= next.Batch.RowCount;
        return next.Batch;
    }

    public override void Drop()
    {
        while (_waiting.TryDequeue(out var batch))
        {
            batch.Dispose();
        }

        _handedOut?.Dispose();
        _handedOut = null;
        while (_arenas.TryPop(out var arena))
        {
            arena.Dispose();
        }

        RowsWaiting = 0;
        Bytes = 0;
    }

    protected override void FinishTick() => IsComplete = true;
}
