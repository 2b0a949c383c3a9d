using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Storage.Platform;

namespace Vectorized.Connectors;

/// <summary>
/// A reader whose input has to be waited for: a thread of its own reads, decodes and fills a bounded queue (the
/// back-pressure); <see cref="TryRead"/> takes from it and never blocks. Failures that may pass are told by
/// <see cref="Problem"/> and tried again with growing pauses; the others end the reader as failed. A subclass keeps its
/// own positions and continues from them when <see cref="Pump"/> is called again.
/// </summary>
internal abstract class PumpedReader : ISourceReader
{
    private const int RowsQueuedMax = 16 * Batch.RowsMax;
    private const int ChunksQueuedMax = 64;
    private static readonly TimeSpan _pauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _pauseMax = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<SourceChunk> _queue = new();
    private readonly ISignal _room;
    private readonly ISignal _stopped;
    private IRunningThread? _thread;
    private SourceReadStatus _whenEmpty = SourceReadStatus.Empty;
    private volatile string? _problem;
    private volatile int _rowsWanted = Batch.RowsMax;
    private int _rowsQueued;
    private int _failures;
    private volatile bool _disposed;
    private volatile WantedColumns _wanted = WantedColumns.All;

    protected PumpedReader(SourceEnvironment environment)
    {
        Environment = environment;
        _room = environment.Host.Threads.CreateSignal();
        _stopped = environment.Host.Threads.CreateSignal();
    }

    public virtual IReadOnlyList<string> Splits => [];

    public string? Problem => _problem;

    public abstract long? Lag { get; }

    public long? NextDueNanos => null;

    protected SourceEnvironment Environment { get; }

    /// <summary>How many rows a chunk should have: what the engine last asked for.</summary>
    protected int RowsWanted => _rowsWanted;

    protected bool IsStopping => _disposed;

    /// <summary>What records are to be kept of, as of the last <see cref="Want"/>.</summary>
    protected WantedColumns Wanted => _wanted;

    public void Want(WantedColumns columns) => _wanted = columns;

    public SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk)
    {
        _rowsWanted = Math.Clamp(rowsMax, 1, Batch.RowsMax);
        lock (_gate)
        {
            if (!_queue.TryDequeue(out chunk))
            {
                return _whenEmpty;
            }

            _rowsQueued -= chunk.Rows.Batch.RowCount;
        }

        _room.Set();
        return SourceReadStatus.Data;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _room.Set();
        _stopped.Set();
        _thread?.Join();
        foreach (var chunk in _queue)
        {
            chunk.Dispose();
        }

        _queue.Clear();
        _room.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Starts the thread; the last thing a subclass's constructor does.</summary>
    protected void Start(string threadName) => _thread = Environment.Host.Threads.Start(threadName, Run);

    /// <summary>Reads and delivers until stopped. Returning otherwise means the end of the source.</summary>
    protected abstract void Pump();

    /// <summary>Whether an exception from <see cref="Pump"/> may pass by itself.</summary>
    protected virtual bool IsTransient(Exception error) => error is IOException;

    /// <summary>
    /// Queues a chunk; waits while the queue is full. False: the reader is being disposed (so is the chunk).
    /// </summary>
    protected bool Deliver(SourceChunk chunk)
    {
        while (!TryEnqueue(chunk))
        {
            if (IsStopping)
            {
                chunk.Dispose();
                return false;
            }

            _room.Wait();
        }

        _failures = 0;
        Environment.Signal();
        return true;
    }

    /// <summary>Tells what is wrong while trying on; null: all is well.</summary>
    protected void Report(string? problem)
    {
        if (_problem != problem)
        {
            _problem = problem;
            Environment.Signal();
        }
    }

    /// <summary>Waits, or less when the reader is disposed.</summary>
    protected void Pause(TimeSpan time)
    {
        if (!IsStopping)
        {
            _stopped.Wait(time);
        }
    }

    private bool TryEnqueue(SourceChunk chunk)
    {
        lock (_gate)
        {
            if (_queue.Count >= ChunksQueuedMax || _rowsQueued >= RowsQueuedMax)
            {
                return false;
            }

            _queue.Enqueue(chunk);
            _rowsQueued += chunk.Rows.Batch.RowCount;
            return true;
        }
    }

    private void Run()
    {
        while (!IsStopping)
        {
            try
            {
                Pump();
                if (!IsStopping)
                {
                    Finish(SourceReadStatus.Ended, null);
                }

                return;
            }
            catch (SourceFailedException failure)
            {
                Finish(SourceReadStatus.Failed, failure.Message);
                return;
            }
            catch (Exception error) when (IsTransient(error))
            {
                Report(error.Message);
                double factor = Math.Pow(2, Math.Min(_failures++, 10));
                Pause(_pauseMin * factor < _pauseMax ? _pauseMin * factor : _pauseMax);
            }
#pragma warning disable CA1031 // A bug in a connector fails its source, visibly, and nothing else.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Finish(SourceReadStatus.Failed, $"internal error: {error.Message}");
                return;
            }
        }
    }

    private void Finish(SourceReadStatus status, string? problem)
    {
        lock (_gate)
        {
            _problem = problem;
            _whenEmpty = status;
        }

        Environment.Signal();
    }
}

/// <summary>Reading cannot go on until someone acts; the message says why and what to do.</summary>
internal sealed class SourceFailedException(string message) : Exception(message);
