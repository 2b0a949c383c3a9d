using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The boxes between the senders and receivers of one exchange: box (from, to) is written by part `from` during its level
/// and read by part `to` in the next; the barrier between levels is the only synchronisation. Batches are passed by
/// pointer and live in the sender's tick arena.
/// </summary>
internal sealed class ExchangeChannel
{
    private readonly List<Batch>[] _boxes;
    private readonly int _partCount;

    internal ExchangeChannel(int partCount)
    {
        _partCount = partCount;
        _boxes = new List<Batch>[partCount * partCount];
        for (int i = 0; i < _boxes.Length; i++)
        {
            _boxes[i] = [];
        }
    }

    internal List<Batch> Box(int from, int to) => _boxes[(from * _partCount) + to];
}

/// <summary>
/// Splits batches by the part that owns the shard of each row's key and leaves them for the receivers. The key's hash is
/// computed once here and travels with the rows; wide columns are not copied but addressed by row numbers (<see cref="LateTake"/>).
/// Stateless: exchange d A = d exchange A.
/// </summary>
internal sealed class ExchangeSender(OperatorContext context, ExchangeChannel channel, IReadOnlyList<int>? keyColumns)
    : Operator(context, inputCount: 1)
{
    private readonly int[] _rows = new int[Batch.RowsMax];
    private readonly byte[] _marks = new byte[Bitmap.BytesFor(Batch.RowsMax)];
    private readonly int _hashKey = keyColumns is null ? 0 : HashKeys.IdOf(keyColumns);

    public override string Form => keyColumns is null ? "gather" : "hash exchange";

    public override void Push(int input, Batch batch)
    {
        if (keyColumns is null)
        {
            Leave(0, Context.Keep(batch));
        }
        else if (batch.RowCount <= Batch.RowsMax)
        {
            Split(batch);
        }
        else
        {
            for (int start = 0; start < batch.RowCount; start += Batch.RowsMax)
            {
                int count = Math.Min(Batch.RowsMax, batch.RowCount - start);
                Split(BatchSlice.Into(Context.Batches.Take(0, 0), batch, start, count));
            }
        }
    }

    private void Split(Batch batch)
    {
        var hashes = KeyHashes.Of(batch, keyColumns!, _hashKey, Context);
        int left = batch.RowCount;
        for (int part = 0; part < Context.PartCount && left > 0; part++)
        {
            PartKernel.Mark(
                hashes, ShardMap.FirstShardOf(part, Context.PartCount), ShardMap.FirstShardOf(part + 1, Context.PartCount), _marks);
            int count = PartKernel.Select(_marks, batch.RowCount, _rows);
            if (count > 0)
            {
                Leave(part, Take(batch, _rows.AsSpan(0, count), hashes));
                left -= count;
            }
        }
    }

    private Batch Take(Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<ulong> hashes)
    {
        var share = Context.Batches.Take(rows.Length, batch.ColumnCount);
        Span<int> codes = default;
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            share[i] = batch[i].IsFlat && batch[i].Type.Layout == Layout.Bit
                ? PartKernel.TakeBits(batch[i], _marks, rows.Length, Context.Scratch)
                : LateTake.Column(batch[i], rows, ref codes, Context);
        }

        if (batch.HasWeights)
        {
            share.SetWeights(BatchTake.Take<long>(batch.Weights, rows, Context.Scratch));
        }

        share.SetHashes(BatchTake.Take(hashes, rows, Context.Scratch), _hashKey);
        return share;
    }

    private void Leave(int part, Batch batch)
    {
        Counters.RowsOut += batch.RowCount;
        channel.Box(Context.Part, part).Add(batch);
    }
}

/// <summary>The receiving end of an exchange in one part: a root of the next level.</summary>
internal sealed class ExchangeReceiver(OperatorContext context, ExchangeChannel channel, ViewFailure failure)
    : RootOperator(context)
{
    internal override void Deliver()
    {
        var outer = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = failure.OfRows;
        using var use = MemoryAccount.Enter(failure.Memory);
        try
        {
            if (!failure.HasFailed)
            {
                DeliverBoxes();
            }
        }
        catch (Exception e) when (failure.Contains(e))
        {
            failure.Fail(e);
        }
        finally
        {
            Context.Evaluation.RowErrors = outer;
        }

        for (int from = 0; from < Context.PartCount; from++)
        {
            channel.Box(from, Context.Part).Clear();
        }
    }

    private void DeliverBoxes()
    {
        for (int from = 0; from < Context.PartCount; from++)
        {
            var box = channel.Box(from, Context.Part);
            foreach (var batch in box)
            {
                Counters.RowsIn += batch.RowCount;
                Push(0, batch);
            }
        }

        EndTick(0);
    }
}
