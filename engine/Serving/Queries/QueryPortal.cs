using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// A running SELECT: holds its epoch until the end, produces batches as it is pulled, on the puller's thread. A bag's
/// repeated rows are written out.
/// </summary>
internal sealed class QueryPortal : IPortal
{
    private readonly IReadOnlyList<ResultColumn> _columns;
    private readonly PlanNode _plan;
    private readonly Func<ReadLease, QueryInputs> _inputs;
    private readonly Func<ReadLease> _lease;
    private readonly Arena _expanded = new();
    private QueryDriver? _driver;
    private ReadLease? _held;
    private Batch? _partial;
    private long _partialRow;
    private long _rows;
    private bool _ended;

    internal QueryPortal(
        IReadOnlyList<ResultColumn> columns, PlanNode plan, Func<ReadLease> lease, Func<ReadLease, QueryInputs> inputs)
    {
        _columns = columns;
        _plan = plan;
        _lease = lease;
        _inputs = inputs;
    }

    /// <summary>Pays for what the query holds; null: nobody is asked.</summary>
    internal QueryMemory? Memory { get; init; }

    /// <summary>Watches it run; null: nobody does.</summary>
    internal QueryAnalysis? Analysis { get; init; }

    public IReadOnlyList<ResultColumn>? Columns => _columns;

    public string CommandTag => $"SELECT {_rows}";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public ValueTask<Batch?> Next(CancellationToken cancellation) => new(NextBatch(cancellation));

    public void Dispose()
    {
        using var use = MemoryAccount.Enter(Memory);
        _driver?.Dispose();
        _driver = null;
        _held?.Dispose();
        _held = null;
        _expanded.Dispose();
    }

    private Batch? NextBatch(CancellationToken cancellation)
    {
        if (_ended)
        {
            return null;
        }

        using var use = MemoryAccount.Enter(Memory);
        if (_driver is null)
        {
            var lease = _lease();
            _held = lease;
            _driver = new QueryDriver(_plan, _inputs(lease), cancellation, Analysis?.NewTiming());
        }

        var batch = _partial is null ? _driver.Next() : null;
        if (_partial is not null || batch is { HasWeights: true })
        {
            batch = Expand(_partial ?? batch!);
        }

        if (batch is null)
        {
            _ended = true;
            Analysis?.Ended(_driver.Operators);
            _driver.Dispose();
            _driver = null;
            _held?.Dispose();
            _held = null;
            return null;
        }

        _rows += batch.RowCount;
        return batch;
    }

    /// <summary>The next vector of a weighted batch's rows, each as often as its weight says.</summary>
    private Batch? Expand(Batch weighted)
    {
        _expanded.Reset(4);
        Span<int> rows = stackalloc int[Batch.RowsMax];
        int count = 0;
        long at = 0;
        bool more = false;
        for (int row = 0; row < weighted.RowCount && !more; row++)
        {
            long weight = weighted.Weight(row);
            if (weight < 0)
            {
                throw new Types.SqlException(Types.SqlState.InternalError, "a query's result holds a retraction");
            }

            for (long copy = Math.Max(0, _partialRow - at); copy < weight; copy++)
            {
                if (count == Batch.RowsMax)
                {
                    _partialRow = at + copy;
                    more = true;
                    break;
                }

                rows[count++] = row;
            }

            at += weight;
        }

        _partial = more ? weighted : null;
        if (!more)
        {
            _partialRow = 0;
        }

        var result = new Batch().Reset(count, weighted.ColumnCount);
        for (int i = 0; i < weighted.ColumnCount; i++)
        {
            result[i] = TakeKernel.Take(weighted[i], rows[..count], _expanded);
        }

        return count == 0 ? NextAfterEmpty() : result;
    }

    private Batch? NextAfterEmpty()
    {
        var next = _driver!.Next();
        return next is { HasWeights: true } ? Expand(next) : next;
    }
}
