namespace Vectorized.Storage.Platform;

/// <summary>An event of the operating system.</summary>
internal sealed class SystemSignal : ISignal
{
    private readonly AutoResetEvent _event = new(false);

    public void Set() => _event.Set();

    public void Wait() => _event.WaitOne();

    public bool Wait(TimeSpan timeMax) => _event.WaitOne(timeMax);

    public void Dispose() => _event.Dispose();
}
