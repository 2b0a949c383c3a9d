using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// The running read of one source into the main lane, shared by all views over it. Opened when the first view attaches.
/// Owned by the main lane.
/// </summary>
internal sealed class SourceFeed(int sourceId, SourceDefinition definition, ISourceConnector connector, int errorsTableId) : IDisposable
{
    internal int SourceId { get; } = sourceId;

    internal SourceDefinition Definition { get; } = definition;

    internal ISourceConnector Connector { get; } = connector;

    /// <summary>The table of rejected records, `NAME$errors`.</summary>
    internal int ErrorsTableId { get; } = errorsTableId;

    /// <summary>Of a table fed by a connector: what makes its changes of the rows read; null for a source.</summary>
    internal SinkDelivery? Delivery { get; set; }

    /// <summary>How far each split was read.</summary>
    internal SplitPositions Positions { get; } = [];

    internal ISourceReader? Reader { get; private set; }

    /// <summary>A view reads it.</summary>
    internal bool IsOpen { get; set; }

    internal bool HasEnded { get; private set; }

    /// <summary>Why the source cannot be read any further, or null.</summary>
    internal string? Failure { get; set; }

    internal long RowsRead { get; private set; }

    internal long RecordsRejected { get; private set; }

    /// <summary>When the newest chunk read had arrived, before the first one when reading began; 0: it is not read.</summary>
    internal long LastArrivalMicros { get; private set; }

    /// <summary>Starts to read where the positions stand.</summary>
    internal void Connect(SourceEnvironment environment)
    {
        if (Reader is null)
        {
            LastArrivalMicros = environment.Host.Clock.WallMicros;
            Reader = Connector.Open(Definition, environment, Positions, end: null);
        }
    }

    /// <summary>The next chunk, or null when nothing waits.</summary>
    internal SourceChunk? TryRead(int rowsMax)
    {
        if (Reader is null || HasEnded || Failure is not null)
        {
            return null;
        }

        switch (Reader.TryRead(rowsMax, out var chunk))
        {
            case SourceReadStatus.Data:
                Positions[chunk!.Split] = chunk.Position;
                RowsRead += chunk.Rows.Batch.RowCount;
                RecordsRejected += chunk.Rejected.Count;
                LastArrivalMicros = Math.Max(LastArrivalMicros, chunk.ArrivalMicros);
                return chunk;
            case SourceReadStatus.Ended:
                HasEnded = true;
                return null;
            case SourceReadStatus.Failed:
                Failure = Reader.Problem ?? "the source failed without a reason";
                return null;
            default:
                return null;
        }
    }

    /// <summary>The rows of a recorded read were executed again.</summary>
    internal void Replayed(SourceAdvance advance)
    {
        Positions[advance.Split] = advance.Position;
        RowsRead += advance.RowCount;
    }

    /// <summary>As a checkpoint has it, before it is connected.</summary>
    internal void Restore(Checkpoints.CheckpointRoot.FeedState state)
    {
        IsOpen = state.IsOpen;
        Failure = state.Failure.Length == 0 ? null : state.Failure;
        RowsRead = state.RowsRead;
        RecordsRejected = state.Rejected;
        foreach (var (split, position) in state.Positions)
        {
            Positions[split] = position;
        }
    }

    public void Dispose() => Reader?.Dispose();
}
