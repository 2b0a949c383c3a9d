namespace Vectorized.Storage.Platform;

/// <summary>Who runs code. Workers and lanes are named threads of their own; short reactions go to the pool.</summary>
public interface IThreads
{
    /// <summary>Starts a background thread that runs <paramref name="body"/> until it returns.</summary>
    IRunningThread Start(string name, Action body, ThreadUrgency urgency = ThreadUrgency.Normal);

    /// <summary>Queues work on the shared pool. Never block a pool thread on a worker.</summary>
    Task RunPooled(Func<Task> body);

    /// <summary>Where threads wait for each other; nothing else makes one wait.</summary>
    ISignal CreateSignal();

    /// <summary>How a thread tells tasks that what they wait for has come.</summary>
    ICompletion CreateCompletion();

    /// <summary>
    /// Whether a thread that waits for microseconds of another's work had better spin. A simulation, where one thread runs at
    /// a time, says no.
    /// </summary>
    bool MaySpin { get; }

    /// <summary>Processors this process may use.</summary>
    int ProcessorCount { get; }
}

/// <summary>A started thread.</summary>
public interface IRunningThread
{
    string Name { get; }

    /// <summary>Waits until the body has returned.</summary>
    void Join();
}

/// <summary>How soon a thread that can go on must have a processor.</summary>
public enum ThreadUrgency
{
    Normal,

    /// <summary>Yields to all others (a nice value on Linux).</summary>
    Low,

    /// <summary>
    /// Waits often and briefly, and readers wait for it: it need not wait out another's time slice (a short slice of its own on
    /// Linux 6.12 and later). Its share of the processor is the same.
    /// </summary>
    High,
}
