using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// The join of a stream with the other side as it is when its rows come, which is after the tick t in which they do:
///   d(A join_now B) = dA join B[after t]
/// Changes of B output nothing. A row that is taken back takes with it what it was output with: unless A only ever grows, the
/// output is kept and found by A's row (the memo; A has a key, so a row is there once). B is kept by an
/// <see cref="ArrangeOperator"/>, which other joins may share. O(changes of A and their pairs).
/// </summary>
internal sealed class TemporalJoinOperator : Operator
{
    private readonly JoinForm _form;
    private readonly JoinSide _left;
    private readonly JoinSide _right;
    private readonly JoinPairs _pairs;
    private readonly JoinProbe _probe;
    private readonly List<Batch> _deltas = [];
    private readonly Memo? _memo;

    internal TemporalJoinOperator(OperatorContext context, JoinNode node, JoinSide left, JoinSide right) : base(context, 2)
    {
        _form = new JoinForm(node.Kind);
        _left = left;
        _right = right;
        _pairs = new JoinPairs(context, node.Residual, left.Types.Count + right.Types.Count);
        _probe = new JoinProbe(context, node.NullSafe);
        _memo = node.Left.Properties.Kind == StreamKind.AppendOnly ? null : new Memo(context, node);
    }

    public override string Form => _form.Name + " temporal join" + (_memo is null ? " (append-only)" : " (general)");

    public override void Push(int input, Batch batch)
    {
        if (input == 0)
        {
            _deltas.Add(Context.Keep(batch));
        }
    }

    public override void Drop()
    {
        _probe.Dispose();
        _memo?.Dispose();
    }

    protected override void FinishTick()
    {
        if (_deltas.Count == 0)
        {
            return;
        }

        if (_memo is null)
        {
            _deltas.ForEach(Join);
        }
        else
        {
            foreach (var retracted in _memo.TakeBack(_deltas))
            {
                Emit(retracted);
            }

            _memo.Inserted.ForEach(Join);
            _memo.EndTick();
            Counters.StateRows = _memo.RowCount;
            Counters.StateBytes = _memo.Bytes;
        }

        _deltas.Clear();
    }

    private void Join(Batch batch)
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
            var alone = Context.Scratch.Allocate<int>(batch.RowCount);
            int count = 0;
            for (int row = 0; row < found.Length; row++)
            {
                alone[count] = row;
                count += found[row] ? 0 : 1;
            }

            if (count > 0)
            {
                Output(_pairs.Extend(batch, _left, _right, alone[..count]));
            }
        }
    }

    /// <summary>
    /// Pairs of a batch; <paramref name="places"/> are its rows' places in <paramref name="found"/>, empty when the same.
    /// </summary>
    private void Meet(Batch batch, Span<bool> found, ReadOnlySpan<int> places)
    {
        var hashes = _left.Hashes(batch, Context);
        var cursor = default(ProbeCursor);
        bool more;
        do
        {
            more = _probe.Next(batch, _left, _right, hashes, Stamp.After(Context.Tick), ref cursor);
            if (_probe.Matches.Count == 0)
            {
                continue;
            }

            _pairs.Pass(batch, _left, _right, _probe.Matches, out var rows, out var rowIds);
            foreach (int row in rows)
            {
                found[places.IsEmpty ? row : places[row]] = true;
            }

            if (!rows.IsEmpty)
            {
                Output(_pairs.Build(batch, _left, _right, rows, rowIds));
            }
        }
        while (more);
    }

    private void Output(Batch batch)
    {
        _memo?.Add(batch);
        Emit(batch);
    }

    /// <summary>
    /// What is output, to be found by the left columns. Invariant after a tick: for each row of A exactly the output rows it was
    /// given when it came.
    /// </summary>
    private sealed class Memo : IDisposable
    {
        private readonly OperatorContext _context;
        private readonly NetDeltas _net;
        private readonly Arrangement _arrangement;
        private readonly MatchList _matches = new();
        private readonly List<Batch> _netted = [];
        private readonly List<Batch> _changes = [];
        private readonly List<Batch> _retracted = [];
        private readonly int[] _leftColumns;
        private readonly int _width;

        internal Memo(OperatorContext context, JoinNode node)
        {
            _context = context;
            _width = node.Left.Columns.Count + node.Right.Columns.Count;
            _leftColumns = [.. Enumerable.Range(0, node.Left.Columns.Count)];
            _net = new NetDeltas(context, "temporal join", node.Left.Properties.Key, _leftColumns.Length);
            _arrangement = new Arrangement(
                new ArrangementSpec(
                    "temporal join output", [.. node.Left.Columns.Concat(node.Right.Columns).Select(c => c.Type)], null,
                    Indexes: [_leftColumns], HashSeed: context.HashSeed),
                context.State);
        }

        internal long RowCount => _arrangement.LiveRows;

        internal long Bytes => _arrangement.LiveBytes;

        /// <summary>The rows of the tick that came and stay. After <see cref="TakeBack"/>.</summary>
        internal List<Batch> Inserted { get; } = [];

        /// <summary>The output of the rows that the tick's deltas take back.</summary>
        internal List<Batch> TakeBack(List<Batch> deltas)
        {
            _net.Net(deltas, _netted);
            foreach (var batch in _netted)
            {
                var gone = Only(batch, negative: true);
                if (Only(batch, negative: false) is { } came)
                {
                    Inserted.Add(came);
                }

                if (gone is not null)
                {
                    Find(gone);
                }
            }

            return _retracted;
        }

        internal void Add(Batch batch) => _changes.Add(batch);

        internal void EndTick()
        {
            _arrangement.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes), _context.Tick);
            _changes.Clear();
            _netted.Clear();
            _retracted.Clear();
            Inserted.Clear();
        }

        public void Dispose()
        {
            _matches.Dispose();
            _arrangement.Dispose();
        }

        private void Find(Batch gone)
        {
            var hashes = KeyHashes.Of(gone, _leftColumns, HashKeys.IdOf(_leftColumns), _context);
            var cursor = default(ProbeCursor);
            bool more;
            do
            {
                _matches.Clear();
                more = _arrangement.Probe(
                    0, gone, _leftColumns, hashes, Stamp.Before(_context.Tick), ref cursor, _matches, nullsEqual: true);
                if (_matches.Count > 0)
                {
                    Retract(_matches.RowIds);
                }
            }
            while (more);
        }

        private void Retract(ReadOnlySpan<uint> rowIds)
        {
            var output = _context.Batches.Take(rowIds.Length, _width);
            var weights = _context.Scratch.Allocate<long>(rowIds.Length);
            for (int i = 0; i < _width; i++)
            {
                output[i] = _arrangement.Gather(rowIds, i, _context.Scratch);
            }

            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = -_arrangement.CountOf(rowIds[i]);
            }

            output.SetWeights(weights);
            _retracted.Add(output);
            _changes.Add(output);
        }

        private Batch? Only(Batch batch, bool negative)
        {
            var rows = _context.Scratch.Allocate<int>(batch.RowCount);
            int count = 0;
            for (int row = 0; row < rows.Length; row++)
            {
                rows[count] = row;
                count += batch.Weight(row) < 0 == negative ? 1 : 0;
            }

            return count == 0 ? null : count == batch.RowCount ? batch : LateTake.Take(batch, rows[..count], _context);
        }
    }
}
