using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// The join of an ad-hoc query, whose inputs end: the right side B is stored first, the left side A streams past it, so
///   d(A join B) = dA join B
/// and A need not be kept. Left rows that come before B has ended (a shared sub-plan feeds both sides) wait. Right rows that
/// found no partner (right, full, right anti) or one (right semi) are output when A has ended; a bit a row remembers which
/// did. The equation's other half is <see cref="JoinOperator"/>'s, against which this form is tested. O(rows + pairs).
/// </summary>
internal sealed class ClosedJoinOperator : Operator
{
    private readonly JoinForm _form;
    private readonly JoinSide _left;
    private readonly JoinSide _right;
    private readonly JoinPairs _pairs;
    private readonly JoinProbe _probe;
    private readonly MatchedRows? _matched;
    private readonly List<Batch> _waiting = [];
    private bool _rightEnded;

    internal ClosedJoinOperator(OperatorContext context, JoinNode node, JoinSide left, JoinSide right) : base(context, 2)
    {
        _form = new JoinForm(node.Kind);
        _left = left;
        _right = right;
        _pairs = new JoinPairs(context, node.Residual, left.Types.Count + right.Types.Count);
        _probe = new JoinProbe(context, node.NullSafe);
        _matched = _form.TracksRight ? new MatchedRows() : null;
    }

    public override string Form => _form.Name + (_pairs.HasResidual ? " join, residual (closed)" : " join (closed)");

    public override void Push(int input, Batch batch)
    {
        if (input == 1)
        {
            _right.Arrangement.Apply(batch, Context.Tick);
        }
        else if (_rightEnded)
        {
            Stream(batch);
        }
        else
        {
            _waiting.Add(Context.Keep(batch));
        }
    }

    public override void Drop()
    {
        _probe.Dispose();
        _right.Arrangement.Dispose();
    }

    protected override void InputEnded(int input)
    {
        if (input == 1)
        {
            _rightEnded = true;
            foreach (var batch in _waiting)
            {
                Stream(batch);
            }

            _waiting.Clear();
            Counters.StateRows = _right.Arrangement.LiveRows;
        }
    }

    protected override void FinishTick()
    {
        if (_matched is not null)
        {
            EmitTrackedRight(_matched);
        }
    }

    private Stamp Now => Stamp.After(Context.Tick);

    private void Stream(Batch batch)
    {
        var found = Context.Scratch.AllocateZeroed<bool>(batch.RowCount);
        if (!_probe.MustSplit(batch, _left.Keys))
        {
            Meet(batch, found, default);
        }
        else
        {
            // Rows with NULL in a strict key stay out of the probe; as far as they are output it is as unmatched.
            var rows = Context.Scratch.Allocate<int>(batch.RowCount);
            int count = 0;
            for (int row = 0; row < rows.Length; row++)
            {
                rows[count] = row;
                count += _probe.CanMatch(batch, _left.Keys, row) ? 1 : 0;
            }

            if (count > 0)
            {
                Meet(LateTake.Take(batch, rows[..count], Context), found, rows[..count]);
            }
        }

        if (_form.TracksLeft)
        {
            EmitByPartner(batch, found);
        }
    }

    /// <summary>
    /// Pairs of a batch; <paramref name="places"/> are its rows' places in <paramref name="found"/>, empty when the same.
    /// </summary>
    private void Meet(Batch batch, Span<bool> found, ReadOnlySpan<int> places)
    {
        var hashes = _left.Hashes(batch, Context);
        if (!_form.EmitsPairs && !_form.TracksRight && !_pairs.HasResidual)
        {
            var first = _probe.First(batch, _left.Keys, _right, hashes, Now);
            for (int row = 0; row < first.Length; row++)
            {
                found[places.IsEmpty ? row : places[row]] = first[row] != 0;
            }

            return;
        }

        var cursor = default(ProbeCursor);
        bool more;
        do
        {
            Context.Cancellation.ThrowIfCancellationRequested();
            var mark = Context.Mark();
            more = _probe.Next(batch, _left, _right, hashes, Now, ref cursor);
            MeetPairs(batch, found, places);
            Context.Recycle(mark);
        }
        while (more);
    }

    private void MeetPairs(Batch batch, Span<bool> found, ReadOnlySpan<int> places)
    {
        if (_probe.Matches.Count == 0)
        {
            return;
        }

        _pairs.Pass(batch, _left, _right, _probe.Matches, out var probeRows, out var rowIds);
        foreach (int row in probeRows)
        {
            found[places.IsEmpty ? row : places[row]] = true;
        }

        if (_matched is not null)
        {
            foreach (uint rowId in rowIds)
            {
                _matched.Add(rowId);
            }
        }

        if (_form.EmitsPairs && !probeRows.IsEmpty)
        {
            Emit(_pairs.Build(batch, _left, _right, probeRows, rowIds));
        }
    }

    private void EmitByPartner(Batch batch, ReadOnlySpan<bool> found)
    {
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < found.Length; row++)
        {
            rows[count] = row;
            count += found[row] == _form.EmitsMatched ? 1 : 0;
        }

        if (count > 0)
        {
            Emit(_form.IsWide ? _pairs.Extend(batch, _left, _right, rows[..count])
                : count == batch.RowCount ? batch : LateTake.Take(batch, rows[..count], Context));
        }
    }

    private void EmitTrackedRight(MatchedRows matched)
    {
        var cursor = default(RowIdCursor);
        var rowIds = Context.Scratch.Allocate<uint>(Batch.RowsMax);
        var signs = new sbyte[Batch.RowsMax];
        Array.Fill(signs, (sbyte)1);
        for (int count; (count = _right.Arrangement.NextRowIds(Now, ref cursor, rowIds)) > 0;)
        {
            int kept = 0;
            foreach (uint rowId in rowIds[..count])
            {
                rowIds[kept] = rowId;
                kept += matched.Contains(rowId) == _form.EmitsMatchedRight ? 1 : 0;
            }

            if (kept > 0)
            {
                var mark = Context.Mark();
                Emit(_pairs.ExtendStored(_right, _form.IsWide ? _left : null, rowIds[..kept], signs.AsSpan(0, kept)));
                Context.Recycle(mark);
            }
        }
    }
}
