using System.Runtime.InteropServices;

namespace Vectorized.Storage.Platform;

/// <summary>Real threads. Low urgency is a nice value of its own thread on Linux, where .NET's priorities do nothing.</summary>
internal sealed partial class SystemThreads : IThreads
{
    private const int LowNice = 10;

    public int ProcessorCount => Environment.ProcessorCount;

    public IRunningThread Start(string name, Action body, ThreadUrgency urgency = ThreadUrgency.Normal)
    {
        var thread = new Thread(() =>
        {
            if (urgency == ThreadUrgency.Low && OperatingSystem.IsLinux())
            {
                // PRIO_PROCESS with id 0 is the calling thread on Linux; failure only costs the lower priority.
                _ = SetPriority(0, 0, LowNice);
            }

            body();
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return new RunningThread(thread);
    }

    public bool MaySpin => true;

    public ISignal CreateSignal() => new SystemSignal();

    public ICompletion CreateCompletion() => new SystemCompletion();

    public Task RunPooled(Func<Task> body) => Task.Run(body);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    private sealed class RunningThread(Thread thread) : IRunningThread
    {
        public string Name => thread.Name ?? string.Empty;

        public void Join() => thread.Join();
    }
}
