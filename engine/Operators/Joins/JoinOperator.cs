using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// The join of two arranged streams. With A the left and B the right side, at tick t:
///   d(A join B) = dA join B[before t] + A[after t] join dB
/// and for rows that depend on having a partner (outer, semi, anti), with p_B(a) = "a has a partner in B":
///   d(A where p_B) = dA where p_B[before t] + A[after t] * (p_B[after t] - p_B[before t])
///   d(B where p_A) = dB where p_A[after t] + B[before t] * (p_A[after t] - p_A[before t])
/// dA meets B by stamp at once, however far B's tick has come; dB is kept until A's tick has ended, so that A stands
/// After(t). The sides are kept by <see cref="ArrangeOperator"/>s upstream, which may be shared, even one for both sides.
/// Without a residual predicate having a partner is a matter of the key (<see cref="KeyPartners"/>, no state of its own); with
/// one it is counted (<see cref="CountedPartners"/>). Output leaves in vectors of 4096 rows whatever the fan-out.
/// O(changes + pairs); partners lost or gained cost their rows.
/// </summary>
internal sealed class JoinOperator : Operator
{
    private readonly JoinForm _form;
    private readonly JoinSide _left;
    private readonly JoinSide _right;
    private readonly JoinPairs _pairs;
    private readonly JoinProbe _probe;
    private readonly IPartners? _leftPartners;
    private readonly IPartners? _rightPartners;
    private readonly List<Batch> _leftDeltas = [];
    private readonly List<Batch> _rightDeltas = [];
    private readonly bool _appendOnly;
    private bool _leftEnded;

    internal JoinOperator(OperatorContext context, JoinNode node, JoinSide left, JoinSide right) : base(context, 2)
    {
        _form = new JoinForm(node.Kind);
        _left = left;
        _right = right;
        _pairs = new JoinPairs(context, node.Residual, left.Types.Count + right.Types.Count);
        _probe = new JoinProbe(context, node.NullSafe);
        _appendOnly = node.Left.Properties.Kind == StreamKind.AppendOnly && node.Right.Properties.Kind == StreamKind.AppendOnly;
        if (_form.TracksLeft)
        {
            _leftPartners = Partners(left, right, isSourceAfter: true);
        }

        if (_form.TracksRight)
        {
            _rightPartners = Partners(right, left, isSourceAfter: false);
        }

        IPartners Partners(JoinSide source, JoinSide partner, bool isSourceAfter) => node.Residual is null
            ? new KeyPartners(context, _probe, source, partner, isSourceAfter)
            : new CountedPartners(context, source, node.Residual);
    }

    public override string Form => _form.Name + (_pairs.HasResidual ? " join, residual" : " join")
        + (_appendOnly ? " (append-only)" : " (general)");

    public override void Push(int input, Batch batch)
    {
        if (input == 0)
        {
            if (_rightPartners is not null)
            {
                _leftDeltas.Add(batch = Context.Keep(batch));
            }

            Process(batch, fromLeft: true);
            return;
        }

        batch = Context.Keep(batch);
        _rightDeltas.Add(batch);
        if (_leftEnded)
        {
            Process(batch, fromLeft: false);
        }
    }

    public override void Drop()
    {
        _probe.Dispose();
        _leftPartners?.Dispose();
        _rightPartners?.Dispose();
    }

    protected override void InputEnded(int input)
    {
        if (input != 0)
        {
            return;
        }

        _leftEnded = true;
        foreach (var batch in _rightDeltas)
        {
            Process(batch, fromLeft: false);
        }
    }

    protected override void FinishTick()
    {
        if (_leftPartners is not null)
        {
            EmitTransitions(_leftPartners, _left, _right, _rightDeltas);
        }

        if (_rightPartners is not null)
        {
            EmitTransitions(_rightPartners, _right, _left, _leftDeltas);
        }

        _leftDeltas.Clear();
        _rightDeltas.Clear();
        _leftEnded = false;
        Counters.StateBytes = (_leftPartners?.Bytes ?? 0) + (_rightPartners?.Bytes ?? 0);
    }

    /// <summary>A batch of changes of one side meets the other.</summary>
    private void Process(Batch batch, bool fromLeft)
    {
        var side = fromLeft ? _left : _right;
        if (!_probe.MustSplit(batch, side.Keys))
        {
            Meet(batch, fromLeft);
            return;
        }

        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int front = 0;
        int back = rows.Length;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[_probe.CanMatch(batch, side.Keys, row) ? front++ : --back] = row;
        }

        if (front > 0)
        {
            Meet(LateTake.Take(batch, rows[..front], Context), fromLeft);
        }

        var tracked = fromLeft ? _leftPartners : _rightPartners;
        if (tracked is not null)
        {
            var alone = LateTake.Take(batch, rows[front..], Context);
            EmitByPartner(tracked, alone, side, Context.Scratch.AllocateZeroed<long>(alone.RowCount), fromLeft);
        }
    }

    private void Meet(Batch batch, bool fromLeft)
    {
        var side = fromLeft ? _left : _right;
        var other = fromLeft ? _right : _left;
        var own = fromLeft ? _leftPartners : _rightPartners;
        var others = fromLeft ? _rightPartners : _leftPartners;
        var stamp = fromLeft ? other.Before(Context) : other.After(Context);
        var hashes = side.Hashes(batch, Context);
        if (!_form.EmitsPairs && !_pairs.HasResidual)
        {
            // Semi and anti by key: whether there is a partner is all that matters, of left rows only.
            if (own is not null)
            {
                var found = _probe.First(batch, side.Keys, other, hashes, stamp);
                var counts = Context.Scratch.Allocate<long>(batch.RowCount);
                for (int row = 0; row < counts.Length; row++)
                {
                    counts[row] = found[row] == 0 ? 0 : 1;
                }

                EmitByPartner(own, batch, side, counts, fromLeft);
            }

            return;
        }

        var partners = own is null ? default : Context.Scratch.AllocateZeroed<long>(batch.RowCount);
        others?.BeginPartners(batch);
        var cursor = default(ProbeCursor);
        bool more;
        do
        {
            Context.Cancellation.ThrowIfCancellationRequested();
            more = _probe.Next(batch, side, other, hashes, stamp, ref cursor);
            MeetPairs(batch, side, other, others, partners);
        }
        while (more);

        if (own is not null)
        {
            EmitByPartner(own, batch, side, partners, fromLeft);
        }
    }

    /// <summary>One list of candidate pairs: those that pass are output, and count as partners on both sides.</summary>
    private void MeetPairs(Batch batch, JoinSide side, JoinSide other, IPartners? others, Span<long> partners)
    {
        if (_probe.Matches.Count == 0)
        {
            return;
        }

        _pairs.Pass(batch, side, other, _probe.Matches, out var probeRows, out var rowIds);
        if (probeRows.IsEmpty)
        {
            return;
        }

        if (!partners.IsEmpty)
        {
            for (int i = 0; i < probeRows.Length; i++)
            {
                partners[probeRows[i]] += other.Arrangement.CountOf(rowIds[i]);
            }
        }

        others?.PartnersChanged(batch, probeRows, rowIds);
        if (_form.EmitsPairs)
        {
            Emit(_pairs.Build(batch, side, other, probeRows, rowIds));
        }
    }

    /// <summary>Outputs a delta's rows according to whether they have a partner now.</summary>
    private void EmitByPartner(IPartners tracked, Batch batch, JoinSide side, Span<long> partners, bool fromLeft)
    {
        tracked.Enter(batch, partners);
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < partners.Length; row++)
        {
            rows[count] = row;
            count += partners[row] != 0 == _form.EmitsMatched ? 1 : 0;
        }

        if (count == 0)
        {
            return;
        }

        Emit(_form.IsWide ? _pairs.Extend(batch, side, fromLeft ? _right : _left, rows[..count])
            : count == batch.RowCount ? batch : LateTake.Take(batch, rows[..count], Context));
    }

    /// <summary>Outputs the stored rows that found their first partner or lost their last in this tick.</summary>
    private void EmitTransitions(IPartners tracked, JoinSide side, JoinSide other, List<Batch> partnerDeltas)
    {
        tracked.BeginTransitions(partnerDeltas);
        while (tracked.NextTransitions(out var rowIds, out var signs))
        {
            if (!_form.EmitsMatched)
            {
                foreach (ref sbyte sign in signs)
                {
                    sign = (sbyte)-sign;
                }
            }

            Emit(_pairs.ExtendStored(side, _form.IsWide ? other : null, rowIds, signs));
        }
    }
}
