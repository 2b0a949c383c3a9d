using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow.Sources;

/// <summary>
/// Reads one source. <see cref="TryRead"/> is called by the main lane and never blocks: I/O runs on the reader's own
/// threads behind a bounded queue, which is the back-pressure. Transient failures are retried inside with growing pauses
/// and told by <see cref="Problem"/>.
/// </summary>
public interface ISourceReader : IDisposable
{
    /// <summary>
    /// Takes the next decoded chunk of about <paramref name="rowsMax"/> rows at most. With
    /// <see cref="SourceReadStatus.Data"/> the chunk now belongs to the caller.
    /// </summary>
    SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk);

    /// <summary>
    /// From now on only these columns are read, until it is called again: of the others a chunk may hold nothing
    /// (<see cref="VectorEncoding.Absent"/>). Which records are rows and which are rejected does not depend on it. Chunks that are decoded
    /// already may hold fewer. Called by the main lane; a reader may ignore it.
    /// </summary>
    void Want(WantedColumns columns)
    {
    }

    /// <summary>
    /// The splits it reads, as far as it knows: a watermark waits for each until it has sent rows or been silent for long. A
    /// reader that learns of them only by their rows names none. Any thread.
    /// </summary>
    IReadOnlyList<string> Splits => [];

    /// <summary>What keeps the reader from reading, in one sentence; null when all is well.</summary>
    string? Problem { get; }

    /// <summary>Rows (or bytes) known to wait at the source beyond what was read, or null when unknown.</summary>
    long? Lag { get; }

    /// <summary>When data is due without a signal, in monotonic nanoseconds (a paced generator); null: only signals.</summary>
    long? NextDueNanos { get; }
}

/// <summary>What came of a read.</summary>
public enum SourceReadStatus
{
    /// <summary>Nothing now; a signal or the due time will tell.</summary>
    Empty,
    Data,

    /// <summary>The source's end (a bounded reader, a generator with a number of events): no more ever.</summary>
    Ended,

    /// <summary>Reading cannot go on until someone acts; <see cref="ISourceReader.Problem"/> says why. Never a silent reset.</summary>
    Failed,
}

/// <summary>
/// Decoded rows of one split, with the position after them. Columns are the source's, in order. Moved to whoever reads
/// it; disposed once, when its tick is over: the shell is then used for another chunk.
/// </summary>
public sealed class SourceChunk : IDisposable
{
    private static readonly ShellPool<SourceChunk> _pool = new(256);

    private SourceChunk()
    {
    }

    public OwnedBatch Rows { get; private set; } = null!;

    public string Split { get; private set; } = null!;

    /// <summary>Position after the last row, malformed ones included.</summary>
    public long Position { get; private set; }

    /// <summary>Wall time at which the oldest row arrived (was due), for freshness.</summary>
    public long ArrivalMicros { get; private set; }

    /// <summary>Records that could not be decoded.</summary>
    public IReadOnlyList<RejectedRecord> Rejected { get; private set; } = [];

    /// <summary>A chunk that owns the rows.</summary>
    public static SourceChunk Of(
        OwnedBatch rows, string split, long position, long arrivalMicros, IReadOnlyList<RejectedRecord>? rejected = null)
    {
        var chunk = _pool.TryTake() ?? new SourceChunk();
        chunk.Rows = rows;
        chunk.Split = split;
        chunk.Position = position;
        chunk.ArrivalMicros = arrivalMicros;
        chunk.Rejected = rejected ?? [];
        return chunk;
    }

    public void Dispose()
    {
        if (Rows is { } rows)
        {
            Rows = null!;
            rows.Dispose();
            _pool.Return(this);
        }
    }
}

/// <summary>A record kept aside: where it stood, why it was refused, its bytes.</summary>
public sealed record RejectedRecord(string Split, long Offset, string Reason, byte[] Raw);
