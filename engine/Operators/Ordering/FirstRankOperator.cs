using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The rows of rank 1 of each partition, ties kept, of a stream whose rows only come or only rise (<see cref="WindowNode.IsRising"/>):
///   d(first A) = sum over partitions p touched of first(A[after t] where p) - first(A[before t] where p)
/// What is beyond the first rank never comes back, so nothing of it is kept: one record a partition holds the order key of its first
/// rank, so that most rows cost one look-up and one comparison, and heads a list of the rows that have it. Within a tick rows are
/// remembered by batch and number; those that have the first rank when it ends go into the table of rows. A better key takes all
/// rows of the list back at once. A row taken back matters only while its key is the partition's.
/// Partitions that a watermark has passed are forgotten.
/// Invariant after a tick: a partition's list holds exactly the rows of A with its first order key, each with how often it stands there.
/// Tested against <see cref="Windows.WindowOperator"/>, the general form.
/// </summary>
internal sealed class FirstRankOperator : Operator
{
    private readonly TopNSpec _spec;
    private readonly int _ranks;
    private readonly bool _isRising;
    private readonly FirstRankKeys _keys;
    private readonly GroupTable _partitions;
    private readonly int _hashKey;
    private readonly FirstRankRows _rows;
    private readonly ClosingKeys? _closing;
    private readonly List<Batch> _batches = [];
    private Candidate[] _candidates = new Candidate[64];
    private int _candidateCount;
    private bool _hasTickToForget;

    internal FirstRankOperator(OperatorContext context, WindowNode node) : base(context, 1)
    {
        _spec = Spec(context, node);
        _ranks = node.Calls.Count;
        _isRising = node.Input.Properties.Kind != StreamKind.AppendOnly;
        _keys = new FirstRankKeys(_spec);
        _hashKey = HashKeys.IdOf(_spec.Partition);
        _partitions = new GroupTable(
            new GroupTableSpec("first rank", [.. _spec.Partition.Select(c => _spec.Types[c])], [FirstRank.Bytes], context.HashSeed),
            context.State);
        _rows = new FirstRankRows(context, _spec.Types);
        _closing = node.Closing is { } closing ? new ClosingKeys(context, _partitions, closing.Column, closing.Watermark) : null;
    }

    /// <summary>A row of this tick that had the best key of its partition when it came.</summary>
    private readonly record struct Candidate(OrderPrefix Key, int Group, int Batch, int Row);

    public override string Form => (_isRising ? "first rank (rising)" : "first rank (append-only)")
        + (_closing is null ? "" : ", closing");

    /// <summary>Whether this form serves a node: order keys must fit, and whole rows are the keys of the table of rows.</summary>
    internal static bool Serves(WindowNode node, OperatorContext context) =>
        node is { StateRevision: >= 2, Limit.Last: 1 } && !context.IsQuery
        && (node.IsRising || node.Input.Properties.Kind == StreamKind.AppendOnly)
        && node.Calls.All(c => c.Kind is WindowFunctionKind.Rank or WindowFunctionKind.DenseRank)
        && node.PartitionColumns.Count <= GroupLayout.KeysMax && node.Input.Columns.Count <= GroupLayout.KeysMax
        && FirstRankKeys.Fit(Spec(context, node));

    public override void Push(int input, Batch batch)
    {
        ForgetLastTick();
        batch = Context.Keep(batch);
        int number = _batches.Count;
        _batches.Add(batch);
        var groups = Context.Scratch.Allocate<int>(batch.RowCount);
        _partitions.FindOrInsert(batch, _spec.Partition, KeyHashes.Of(batch, _spec.Partition, _hashKey, Context), groups);
        _keys.Read(batch);
        var firsts = _partitions.Current<FirstRank>(0);
        for (int row = 0; row < groups.Length; row++)
        {
            ref var first = ref firsts[groups[row]];
            var key = _keys[row];
            if (first.IsSet != 0 && first.Key.IsBelow(in key))
            {
                continue;
            }

            if (batch.Weight(row) > 0)
            {
                first.Key = key;
                first.IsSet = 1;
            }

            if (_candidateCount == _candidates.Length)
            {
                Array.Resize(ref _candidates, 2 * _candidateCount);
            }

            _candidates[_candidateCount++] = new Candidate(key, groups[row], number, row);
        }
    }

    public override void Drop()
    {
        _keys.Dispose();
        _closing?.Dispose();
        _partitions.Dispose();
        _rows.Dispose();
    }

    protected override void FinishTick()
    {
        ForgetLastTick();
        if (_batches.Count > 0)
        {
            Finish();
        }

        if (_closing is not null)
        {
            Close(_closing);
        }

        Counters.StateRows = _rows.Count;
        Counters.StateBytes = _partitions.LiveBytes + _rows.Bytes + (_closing?.Bytes ?? 0);
    }

    private void Finish()
    {
        TakeBack();
        Put();
        _rows.Finish(_partitions);
        for (int start = 0; _rows.Next(ref start, _ranks) is { } batch;)
        {
            Emit(batch);
        }

        if (_closing is not null)
        {
            var exist = Context.Scratch.Allocate<bool>(_partitions.Touched.Length);
            exist.Fill(true);
            _closing.NoteTouched(exist);
        }

        _batches.Clear();
        _candidateCount = 0;
        _hasTickToForget = true;
    }

    /// <summary>Forgets the partitions no change can reach any more: what they gave stays with those who got it.</summary>
    private void Close(ClosingKeys closing)
    {
        for (int partition = closing.NextClosed(); partition >= 0; partition = closing.NextClosed())
        {
            _partitions.Touch(partition);
            _rows.Forget(_partitions.Current<FirstRank>(0)[partition].Head);
            _partitions.Remove(partition);
            _hasTickToForget = true;
        }
    }

    /// <summary>The rows of partitions whose first key has changed.</summary>
    private void TakeBack()
    {
        var touched = _partitions.Touched;
        var firsts = _partitions.Current<FirstRank>(0);
        var old = _partitions.Old<FirstRank>(0);
        for (int i = 0; i < touched.Length; i++)
        {
            if (!_partitions.WasAbsent(i) && old[i].IsSet != 0 && !old[i].Key.IsSame(in firsts[touched[i]].Key))
            {
                _rows.Clear(ref firsts[touched[i]]);
            }
        }
    }

    /// <summary>Brings the candidates that have their partition's first key into the table of rows, batch by batch.</summary>
    private void Put()
    {
        var firsts = _partitions.Current<FirstRank>(0);
        var rows = Context.Scratch.Allocate<int>(Math.Min(_candidateCount, Batch.RowsMax));
        var groups = Context.Scratch.Allocate<int>(rows.Length);
        int count = 0;
        for (int i = 0; i < _candidateCount; i++)
        {
            ref readonly var candidate = ref _candidates[i];
            if (candidate.Key.IsSame(in firsts[candidate.Group].Key))
            {
                rows[count] = candidate.Row;
                groups[count++] = candidate.Group;
            }

            bool isLast = i + 1 == _candidateCount || _candidates[i + 1].Batch != candidate.Batch;
            if (count > 0 && (isLast || count == rows.Length))
            {
                _rows.Add(LateTake.Take(_batches[candidate.Batch], rows[..count], Context), groups[..count], _partitions);
                count = 0;
            }
        }
    }

    /// <summary>Rows given up in a tick are freed when the next begins: emitted retractions have views of them.</summary>
    private void ForgetLastTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _partitions.EndTick();
            _rows.EndTick();
        }
    }

    /// <summary>Partition and order as a top-N's.</summary>
    internal static TopNSpec Spec(OperatorContext context, WindowNode node) => new(
        context, new TopNNode(node.Input, node.PartitionColumns, node.Order, null, null, EmitRowNumber: false)
        {
            Columns = node.Input.Columns,
            Properties = node.Input.Properties,
        });
}

/// <summary>What is remembered of a partition: the order key of its first rank, and the list of the rows that have it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FirstRank
{
    internal const int Bytes = OrderPrefix.Bytes + 16;

    internal OrderPrefix Key;

    /// <summary>A row's number plus one; 0: none.</summary>
    internal long Head;

    /// <summary>1 once there is a row.</summary>
    internal long IsSet;
}
