using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Keeps what one relation puts out in one part while a view over it is being built, by tick, until the view takes it. In memory of
/// its own, in pages that go when all of them has been taken; the view pays for it, and fails when it cannot. Written by the part's
/// thread within ticks, read by the main lane between them.
/// </summary>
internal sealed class DeltaTap(OperatorContext context, ViewFailure failure) : Operator(context, inputCount: 1)
{
    private const long PageBytes = 1 << 20;

    private readonly Queue<Page> _pages = new();
    private readonly List<Page> _taken = [];
    private Page? _last;

    public override string Form => "kept for a view being built";

    /// <summary>Rows that wait.</summary>
    internal long RowCount { get; private set; }

    /// <summary>The oldest tick that waits; long.MaxValue: none does.</summary>
    internal long NextTick => _pages.TryPeek(out var page) ? page.Deltas.Peek().Tick : long.MaxValue;

    public override void Push(int input, Batch batch)
    {
        if (failure.HasFailed || batch.RowCount == 0)
        {
            return;
        }

        using var use = MemoryAccount.Enter(failure.Memory);
        try
        {
            if (_last is null)
            {
                _pages.Enqueue(_last = new Page());
            }

            _last.Deltas.Enqueue((Context.Tick, BatchCopy.Into(_last.Arena, batch)));
            RowCount += batch.RowCount;
            if (_last.Arena.Bytes >= PageBytes)
            {
                _last = null;
            }
        }
        catch (Exception e) when (failure.Contains(e))
        {
            failure.Fail(e);
        }
    }

    /// <summary>Takes the oldest delta, which is valid until <see cref="Release"/>.</summary>
    internal Batch Take()
    {
        var page = _pages.Peek();
        var batch = page.Deltas.Dequeue().Rows;
        RowCount -= batch.RowCount;
        if (page.Deltas.Count == 0)
        {
            _taken.Add(_pages.Dequeue());
            _last = page == _last ? null : _last;
        }

        return batch;
    }

    /// <summary>Nothing of what was taken is looked at any more.</summary>
    internal void Release()
    {
        using var use = MemoryAccount.Enter(failure.Memory);
        foreach (var page in _taken)
        {
            page.Arena.Dispose();
        }

        _taken.Clear();
    }

    public override void Drop()
    {
        Release();
        while (_pages.TryDequeue(out var page))
        {
            page.Arena.Dispose();
        }

        _last = null;
    }

    private sealed class Page
    {
        internal Arena Arena { get; } = new();

        internal Queue<(long Tick, Batch Rows)> Deltas { get; } = new();
    }
}
