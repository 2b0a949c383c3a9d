using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Serving.Queries;

namespace Vectorized.Engine.Serving.Cursors;

/// <summary>
/// A declared cursor: a running query, where it stands in its current batch, and its own hold on the epoch of its
/// declaration. One thread at a time; disposed by CLOSE, at the end of its block, or with the session.
/// </summary>
internal sealed class Cursor(QueryPortal portal, ReadLease lease, bool isOfBlock, bool isHeld) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Arena _arena = new();
    private Batch? _batch;
    private int _row;
    private bool _ended;

    internal IReadOnlyList<ResultColumn> Columns { get; } = portal.Columns!;

    /// <summary>Declared inside the transaction block that is open.</summary>
    internal bool IsOfBlock { get; set; } = isOfBlock;

    /// <summary>WITH HOLD: outlives its block's COMMIT.</summary>
    internal bool IsHeld { get; } = isHeld;

    /// <summary>At most so many of the next rows, valid until the next call; null at the end.</summary>
    internal async ValueTask<Batch?> Take(long rowsMax, CancellationToken cancellation)
    {
        // The query keeps its first token for life; each FETCH has one of its own.
        using var forwarded = cancellation.Register(_stop.Cancel);
        while (!_ended && (_batch is null || _row == _batch.RowCount))
        {
            _batch = await portal.Next(_stop.Token).ConfigureAwait(false);
            _row = 0;
            _ended = _batch is null;
        }

        if (_batch is null)
        {
            return null;
        }

        int first = _row;
        int count = (int)Math.Min(rowsMax, _batch.RowCount - first);
        _row += count;
        return first == 0 && count == _batch.RowCount ? _batch : Part(_batch, first, count);
    }

    public void Dispose()
    {
        portal.Dispose();
        lease.Dispose();
        _arena.Dispose();
        _stop.Dispose();
    }

    private Batch Part(Batch batch, int first, int count)
    {
        _arena.Reset(1);
        Span<int> rows = _arena.Allocate<int>(count);
        for (int i = 0; i < count; i++)
        {
            rows[i] = first + i;
        }

        var part = new Batch().Reset(count, batch.ColumnCount);
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            part[i] = TakeKernel.Take(batch[i], rows, _arena);
        }

        return part;
    }
}
