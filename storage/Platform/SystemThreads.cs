using System.Runtime.InteropServices;

namespace Vectorized.Storage.Platform;

/// <summary>
/// Real threads. On Linux, where .NET's priorities do nothing, low urgency is a nice value of its own thread, and high urgency a
/// time slice (sched_setattr(2)): the scheduler lets a thread with a shorter slice run before others whose slice has not ended.
/// </summary>
internal sealed partial class SystemThreads : IThreads
{
    private const int LowNice = 10;
    private const ulong UrgentSliceNanos = 200_000;
    private const nint SetAttributesX64 = 314;
    private const nint SetAttributesArm64 = 274;

    public int ProcessorCount => Environment.ProcessorCount;

    public IRunningThread Start(string name, Action body, ThreadUrgency urgency = ThreadUrgency.Normal)
    {
        var thread = new Thread(() =>
        {
            Apply(urgency);
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

    /// <summary>For the calling thread. A refusal only costs what it would have gained.</summary>
    private static void Apply(ThreadUrgency urgency)
    {
        if (!OperatingSystem.IsLinux() || urgency == ThreadUrgency.Normal)
        {
            return;
        }

        if (urgency == ThreadUrgency.Low)
        {
            // PRIO_PROCESS with id 0 is the calling thread on Linux.
            _ = SetPriority(0, 0, LowNice);
            return;
        }

        nint number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => SetAttributesX64,
            Architecture.Arm64 => SetAttributesArm64,
            _ => -1,
        };
        if (number >= 0)
        {
            // The call sets all of it: without its present nice value the thread would go back to 0, or be refused for wanting to.
            var attributes = new SchedulingAttributes
            {
                Size = (uint)Marshal.SizeOf<SchedulingAttributes>(),
                Nice = GetPriority(0, 0),
                Runtime = UrgentSliceNanos,
            };
            _ = SystemCall(number, 0, ref attributes, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint thread, ref SchedulingAttributes attributes, nint flags);

    /// <summary>struct sched_attr of sched_setattr(2), its first version; policy 0 is SCHED_OTHER.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        internal uint Size;
        internal uint Policy;
        internal ulong Flags;
        internal int Nice;
        internal uint Priority;
        internal ulong Runtime;
        internal ulong Deadline;
        internal ulong Period;
    }

    private sealed class RunningThread(Thread thread) : IRunningThread
    {
        public string Name => thread.Name ?? string.Empty;

        public void Join() => thread.Join();
    }
}
