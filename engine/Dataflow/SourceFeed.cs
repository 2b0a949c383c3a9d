using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Storage.Platform;

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

    private WantedColumns _wanted = WantedColumns.All;
    private int _wantedVersion = -1;
    private bool _readsAgain = true;
    private SourceEnvironment? _environment;
    private IRunningThread? _closing;

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
            _environment = environment;
            Open();
        }
    }

    /// <summary>Reads on with the columns that somebody reads now; a table's connector gives all. Before each tick's reads.</summary>
    internal void Want(DataflowGraph graph)
    {
        if (Delivery is null && Reader is not null && graph.Relation(SourceId) is var relation
            && _wantedVersion != relation.ReadersVersion)
        {
            _wantedVersion = relation.ReadersVersion;
            _wanted = graph.Hook?.Wanted(relation.Arriving()) ?? relation.Arriving();
            _readsAgain = graph.Hook?.ReadsAgain ?? true;
            Reader.Want(_wanted);
        }
    }

    /// <summary>The next chunk, or null when nothing waits.</summary>
    internal SourceChunk? TryRead(int rowsMax)
    {
        if (Reader is null || HasEnded || Failure is not null)
        {
            return null;
        }

        var status = Reader.TryRead(rowsMax, out var chunk);
        if (status == SourceReadStatus.Data && _readsAgain && !_wanted.AreIn(chunk!.Rows.Batch))
        {
            // Decoded before a view came that reads more: read once more from there.
            chunk.Dispose();
            Close(Reader);
            Open();
            status = Reader.TryRead(rowsMax, out chunk);
        }

        switch (status)
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

    private void Open()
    {
        Reader = Connector.Open(Definition, _environment!, Positions, end: null);
        Reader.Want(_wanted);
    }

    /// <summary>By a thread of its own: a reader may have to wait for its own, and ticks go on.</summary>
    private void Close(ISourceReader reader)
    {
        _closing?.Join();
        _closing = _environment!.Host.Threads.Start("source-close", reader.Dispose);
    }

    public void Dispose()
    {
        _closing?.Join();
        Reader?.Dispose();
    }
}
