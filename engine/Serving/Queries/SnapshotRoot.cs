using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>All rows of a relation as of the pinned tick, part after part, vectors lying in chunk memory where they can.</summary>
internal sealed class SnapshotRoot(OperatorContext context, Arrangement[] arrangements, long tick, int[] columns) : QueryRoot(context)
{
    private ArrangementScan? _scan;
    private int _part;

    public override string Form => "snapshot scan";

    internal override Batch? Next()
    {
        while (_part < arrangements.Length)
        {
            _scan ??= arrangements[_part].Scan(tick, columns);
            var batch = Context.Batches.Take(0, columns.Length);
            if (_scan.Next(batch, Context.Scratch))
            {
                return batch;
            }

            _scan = null;
            _part++;
        }

        return null;
    }
}

/// <summary>
/// The rows of a relation found by an index, one look-up a key row. Keys with a NULL find nothing. Emits vectors of matches.
/// </summary>
internal sealed class IndexRoot(
    OperatorContext context, Arrangement[] arrangements, int index, long tick, int[] columns, Batch keys) : QueryRoot(context)
{
    private readonly MatchList _matches = new();
    private readonly int[] _keyOrdinals = [.. Enumerable.Range(0, keys.ColumnCount)];
    private ProbeCursor _cursor;
    private bool _partEnded;
    private int _part;

    public override string Form => "index lookup";

    internal override Batch? Next()
    {
        for (; _part < arrangements.Length; _part++, _cursor = default, _partEnded = false)
        {
            var arrangement = arrangements[_part];
            while (!_partEnded)
            {
                _matches.Clear();
                var hashes = KeyHashing.Of(keys, _keyOrdinals, Context.HashSeed, Context.Scratch);
                _partEnded = !arrangement.Probe(index, keys, _keyOrdinals, hashes, new Stamp(tick), ref _cursor, _matches);
                if (_matches.Count > 0)
                {
                    return Gather(arrangement);
                }
            }
        }

        return null;
    }

    public override void Drop() => _matches.Dispose();

    private Batch Gather(Arrangement arrangement)
    {
        var batch = Context.Batches.Take(_matches.Count, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            batch[i] = arrangement.Gather(_matches.RowIds, columns[i], Context.Scratch);
        }

        batch.SetWeights(arrangement.GatherCounts(_matches.RowIds, Context.Scratch));
        return batch;
    }
}

/// <summary>One batch that was computed before the query started: literal rows, a system relation, a table function's rows.</summary>
internal sealed class BatchRoot(OperatorContext context, Batch rows, string form) : QueryRoot(context)
{
    private int _row;

    public override string Form => form;

    internal override Batch? Next()
    {
        if (_row >= rows.RowCount)
        {
            return null;
        }

        int count = Math.Min(Batch.RowsMax, rows.RowCount - _row);
        var slice = BatchSlice.Of(rows, _row, count);
        _row += count;
        return slice;
    }
}
