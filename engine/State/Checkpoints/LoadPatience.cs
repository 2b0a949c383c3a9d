using Vectorized.Storage.Platform;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// How a store that does not answer is waited for while state is loaded: as long as it takes, unless the server is to stop. The loading
/// thread; <see cref="Outage"/> any.
/// </summary>
internal sealed class LoadPatience(Func<bool> isStopping, IClock clock)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private volatile string? _outage;

    /// <summary>What is waited for at the moment; null: nothing.</summary>
    internal string? Outage => _outage;

    /// <summary>Ends the loading with <see cref="LoadStopped"/> when the server is to stop.</summary>
    internal void CheckStop()
    {
        if (isStopping())
        {
            throw new LoadStopped();
        }
    }

    /// <summary>A read failed in a way that passes; its own retries are used up.</summary>
    internal void Wait(Exception failure)
    {
        _outage = failure.Message;
        CheckStop();
        clock.Pause(_pause);
    }

    internal void Succeeded()
    {
        if (_outage is not null)
        {
            _outage = null;
        }
    }
}
