using Vectorized.Engine.Budget;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

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
/// computed once here and travels with the rows. Stateless: exchange d A = d exchange A.
/// </summary>
internal sealed class ExchangeSender(OperatorContext context, ExchangeChannel channel, IReadOnlyList<int>? keyColumns)
    : Operator(context, inputCount: 1)
{
    private readonly int[][] _rows = CreateRowLists(context.PartCount);
    private readonly int[] _counts = new int[context.PartCount];
    private readonly int _hashKey = keyColumns is null ? 0 : HashKeys.IdOf(keyColumns);

    public override string Form => keyColumns is null ? "gather" : "hash exchange";

    public override void Push(int input, Batch batch)
    {
        if (keyColumns is null)
        {
            Leave(0, Context.Keep(batch));
            return;
        }

        for (int start = 0; start < batch.RowCount; start += Batch.RowsMax)
        {
            PushRows(batch, start, Math.Min(Batch.RowsMax, batch.RowCount - start));
        }
    }

    private void PushRows(Batch batch, int start, int count)
    {
        var hashes = KeyHashes.Of(batch, keyColumns!, _hashKey, Context);
        Array.Clear(_counts);
        for (int row = start; row < start + count; row++)
        {
            int part = ShardMap.PartOf(ShardMap.ShardOfHash(hashes[row]), Context.PartCount);
            _rows[part][_counts[part]++] = row;
        }

        for (int part = 0; part < _counts.Length; part++)
        {
            if (_counts[part] == 0)
            {
                continue;
            }

            var rows = _rows[part].AsSpan(0, _counts[part]);
            var share = BatchTake.Take(batch, rows, Context.Scratch, Context.Batches);
            var shareHashes = Context.Scratch.Allocate<ulong>(rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                shareHashes[i] = hashes[rows[i]];
            }

            share.SetHashes(shareHashes, _hashKey);
            Leave(part, share);
        }
    }

    private void Leave(int part, Batch batch)
    {
        Counters.RowsOut += batch.RowCount;
        channel.Box(Context.Part, part).Add(batch);
    }

    private static int[][] CreateRowLists(int partCount)
    {
        var lists = new int[partCount][];
        for (int i = 0; i < partCount; i++)
        {
            lists[i] = new int[Batch.RowsMax];
        }

        return lists;
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
