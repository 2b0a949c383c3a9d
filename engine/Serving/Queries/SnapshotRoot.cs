using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>All rows of a relation as a reader sees them, piece after piece, vectors lying in chunk memory where they can.</summary>
internal sealed class SnapshotRoot(OperatorContext context, VisibleRows[] pieces, int[] columns) : QueryRoot(context)
{
    private readonly PieceColumns _columns = new(context, columns);
    private ArrangementScan? _scan;
    private int _piece;

    public override string Form => pieces[^1].Hidden is null && pieces[0].Hidden is not null ? "own writes" : "snapshot scan";

    internal override Batch? Next()
    {
        for (; _piece < pieces.Length; _piece++, _scan = null)
        {
            var piece = pieces[_piece];
            int[] wanted = _columns.Of(piece);
            _scan ??= piece.Arrangement.Scan(piece.Tick, wanted);
            while (true)
            {
                var batch = Context.Batches.Take(0, wanted.Length);
                if (!_scan.Next(batch, Context.Scratch))
                {
                    break;
                }

                if (_columns.Visible(piece, batch) is { } visible)
                {
                    return visible;
                }
            }
        }

        return null;
    }
}

/// <summary>
/// The rows of a relation found by an index, one look-up a key row. Keys with a NULL find nothing. Emits vectors of matches.
/// </summary>
internal sealed class IndexRoot(OperatorContext context, VisibleRows[] pieces, int[] columns, Batch keys) : QueryRoot(context)
{
    private readonly PieceColumns _columns = new(context, columns);
    private readonly MatchList _matches = new();
    private readonly int[] _keyOrdinals = [.. Enumerable.Range(0, keys.ColumnCount)];
    private ProbeCursor _cursor;
    private bool _pieceEnded;
    private int _piece;

    public override string Form => "index lookup";

    internal override Batch? Next()
    {
        for (; _piece < pieces.Length; _piece++, _cursor = default, _pieceEnded = false)
        {
            var piece = pieces[_piece];
            while (!_pieceEnded)
            {
                _matches.Clear();
                var hashes = KeyHashing.Of(keys, _keyOrdinals, Context.HashSeed, Context.Scratch);
                _pieceEnded = !piece.Arrangement.Probe(
                    piece.Index, keys, _keyOrdinals, hashes, new Stamp(piece.Tick), ref _cursor, _matches);
                if (_matches.Count > 0 && _columns.Visible(piece, Gather(piece)) is { } visible)
                {
                    return visible;
                }
            }
        }

        return null;
    }

    public override void Drop() => _matches.Dispose();

    private Batch Gather(VisibleRows piece)
    {
        int[] wanted = _columns.Of(piece);
        var batch = Context.Batches.Take(_matches.Count, wanted.Length);
        for (int i = 0; i < wanted.Length; i++)
        {
            batch[i] = piece.Arrangement.Gather(_matches.RowIds, wanted[i], Context.Scratch);
        }

        batch.SetWeights(piece.Arrangement.GatherCounts(_matches.RowIds, Context.Scratch));
        return batch;
    }
}

/// <summary>
/// The columns a read takes out of a piece: those asked for and, where keys are hidden, the key after them.
/// </summary>
internal sealed class PieceColumns(OperatorContext context, int[] columns)
{
    private int[]? _withKey;
    private int[] _keyAt = [];

    internal int[] Of(VisibleRows piece)
    {
        if (piece.Hidden is not { } hidden)
        {
            return columns;
        }

        _withKey ??= [.. columns, .. hidden.Key];
        _keyAt = [.. Enumerable.Range(columns.Length, hidden.Key.Length)];
        return _withKey;
    }

    /// <summary>The batch's visible rows with the columns asked for; null when there are none.</summary>
    internal Batch? Visible(VisibleRows piece, Batch batch)
    {
        if (piece.Hidden is not { } hidden)
        {
            return batch;
        }

        var selected = context.Scratch.Allocate<int>(batch.RowCount);
        int count = hidden.SelectUntouched(batch, _keyAt, context.Scratch, selected);
        if (count == 0)
        {
            return null;
        }

        var visible = context.Batches.Take(count, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            visible[i] = count == batch.RowCount ? batch[i] : TakeKernel.Take(batch[i], selected[..count], context.Scratch);
        }

        return visible;
    }
}
