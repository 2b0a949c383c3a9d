using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// A recursion: runs the base, then the step over what the round before gave, each round a query of its own over the same
/// snapshot, and hands rows on as they come, so that a LIMIT above ends one that would not end by itself (semi-naive
/// evaluation: only new rows go into the next round). Memory: two rounds, and every row given when rows count once.
/// </summary>
internal sealed class RecursiveRoot(OperatorContext context, RecursiveNode node, QueryInputs inputs) : QueryRoot(context)
{
    private readonly int[] _columns = [.. Enumerable.Range(0, node.Columns.Count)];
    private readonly GroupTable? _seen = node.Distinct
        ? new GroupTable(
            new GroupTableSpec("recursive rows", [.. node.Columns.Select(c => c.Type)], [sizeof(long)], context.HashSeed), context.State)
        : null;

    private Arena _memory = new();
    private Arena _before = new();
    private List<Batch> _round = [];
    private QueryDriver? _driver;
    private bool _hasStarted;

    public override string Form => node.Distinct ? "recursion, distinct" : "recursion";

    internal override Batch? Next()
    {
        while (true)
        {
            if (_driver is null && !StartRound())
            {
                return null;
            }

            while (_driver!.Next() is { } batch)
            {
                if (New(batch) is { RowCount: > 0 } rows)
                {
                    var kept = BatchCopy.Into(_memory, rows);
                    _round.Add(kept);
                    return kept;
                }
            }

            _driver.Dispose();
            _driver = null;
        }
    }

    public override void Drop()
    {
        _driver?.Dispose();
        _seen?.Dispose();
        _memory.Dispose();
        _before.Dispose();
    }

    /// <summary>False when the last round gave nothing.</summary>
    private bool StartRound()
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            _driver = new QueryDriver(node.Base, inputs, Context.Cancellation);
            return true;
        }

        if (_round.Count == 0)
        {
            return false;
        }

        // What was handed on last lives until the next call: the round before it is what may go.
        (_memory, _before) = (_before, _memory);
        _memory.Reset();
        _driver = new QueryDriver(node.Step, inputs.WithWorkingTable(node.WorkingTable, _round), Context.Cancellation);
        _round = [];
        return true;
    }

    /// <summary>The rows that no round has given yet, once each.</summary>
    private Batch New(Batch batch)
    {
        if (_seen is null)
        {
            return batch;
        }

        var scratch = Context.Scratch;
        var groups = scratch.Allocate<int>(batch.RowCount);
        _seen.FindOrInsert(batch, _columns, KeyHashing.Of(batch, _columns, Context.HashSeed, scratch), groups);
        var marks = _seen.Current<long>(0);
        var rows = scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < groups.Length; row++)
        {
            ref long mark = ref marks[groups[row]];
            rows[count] = row;
            count += mark == 0 ? 1 : 0;
            mark = 1;
        }

        _seen.EndTick();
        var result = new Batch().Reset(count, batch.ColumnCount);
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            result[i] = TakeKernel.Take(batch[i], rows[..count], scratch);
        }

        return result;
    }
}

/// <summary>The rows of the round before.</summary>
internal sealed class WorkingTableRoot(OperatorContext context, IReadOnlyList<Batch> rows, IReadOnlyList<int> positions)
    : QueryRoot(context)
{
    private int _next;

    public override string Form => "working table";

    internal override Batch? Next()
    {
        if (_next == rows.Count)
        {
            return null;
        }

        var batch = rows[_next++];
        var picked = Context.Batches.Take(batch.RowCount, positions.Count);
        for (int i = 0; i < positions.Count; i++)
        {
            picked[i] = batch[positions[i]];
        }

        picked.SetWeights(batch.Weights);
        return picked;
    }
}
