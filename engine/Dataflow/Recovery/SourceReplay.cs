using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// Reads one source again from where its positions stand up to where the log ends, and hands out each split's rows in the
/// portions that the ticks had taken: a reader may cut its chunks otherwise the second time. Chunks of splits that are not
/// due yet wait. Used by the thread that executes records again.
/// </summary>
internal sealed class SourceReplay(SourceFeed feed, MainLane lane, SplitPositions end) : IDisposable
{
    private const long SilenceNanosMax = 10_000_000_000;

    private readonly ISourceReader _reader = feed.Connector.Open(
        feed.Definition, lane.Environment, new SplitPositions(feed.Positions), end);

    private readonly Dictionary<string, Queue<SourceChunk>> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    /// <summary>
    /// Feeds exactly the rows of one advance; what they live in is added to <paramref name="owned"/>. The reason why they
    /// cannot be had, or null.
    /// </summary>
    internal string? Take(SourceAdvance advance, List<IDisposable> owned)
    {
        var relation = lane.Graph.Relation(feed.SourceId);
        int missing = advance.RowCount;
        while (missing > 0)
        {
            if (Head(advance.Split, out string? problem) is not { } chunk)
            {
                return problem;
            }

            var rows = chunk.Rows.Batch;
            int start = _taken.GetValueOrDefault(advance.Split);
            int count = Math.Min(missing, rows.RowCount - start);
            if (count == rows.RowCount)
            {
                lane.Executor.Feed(relation, rows, advance.Split);
            }
            else if (count > 0)
            {
                lane.Executor.Feed(relation, Portion(rows, start, count, owned), advance.Split);
            }

            missing -= count;
            _taken[advance.Split] = start + count;
            if (start + count == rows.RowCount)
            {
                owned.Add(_waiting[advance.Split].Dequeue());
                _taken[advance.Split] = 0;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        foreach (var chunk in _waiting.Values.SelectMany(q => q))
        {
            chunk.Dispose();
        }
    }

    private static Batch Portion(Batch rows, int start, int count, List<IDisposable> owned)
    {
        var arena = new Arena();
        owned.Add(arena);
        int[] indices = new int[count];
        for (int i = 0; i < count; i++)
        {
            indices[i] = start + i;
        }

        var portion = new Batch().Reset(count, rows.ColumnCount);
        for (int column = 0; column < rows.ColumnCount; column++)
        {
            portion[column] = BatchCopy.Into(arena, TakeKernel.Take(rows[column], indices, arena));
        }

        return portion;
    }

    /// <summary>The split's next chunk with rows left, waiting for the reader as long as it says anything.</summary>
    private SourceChunk? Head(string split, out string? problem)
    {
        problem = null;
        var clock = lane.Environment.Host.Clock;
        long silentSince = clock.MonotonicNanos;
        while (true)
        {
            if (_waiting.TryGetValue(split, out var queue) && queue.TryPeek(out var head))
            {
                return head;
            }

            switch (_reader.TryRead(int.MaxValue, out var chunk))
            {
                case SourceReadStatus.Data:
                    silentSince = clock.MonotonicNanos;
                    Keep(chunk!);
                    break;
                case SourceReadStatus.Ended:
                    problem = "it gives fewer rows than it did before";
                    return null;
                case SourceReadStatus.Failed:
                    problem = _reader.Problem ?? "it failed without a reason";
                    return null;
                default:
                    if (clock.MonotonicNanos - silentSince > SilenceNanosMax)
                    {
                        problem = "it has sent nothing for 10 s: " + (_reader.Problem ?? "no reason known");
                        return null;
                    }

                    lane.WaitForSource();
                    break;
            }
        }
    }

    private void Keep(SourceChunk chunk)
    {
        if (chunk.Rows.Batch.RowCount == 0)
        {
            // Refused records only: those stand in the log as rows of the error relation.
            chunk.Dispose();
            return;
        }

        if (!_waiting.TryGetValue(chunk.Split, out var queue))
        {
            _waiting.Add(chunk.Split, queue = new Queue<SourceChunk>());
        }

        queue.Enqueue(chunk);
    }
}
