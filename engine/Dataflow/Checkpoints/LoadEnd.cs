using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>
/// That something is loaded, or will not be: ends once, and tells each who waits by a completion of his own, so that none goes on
/// within another's continuation. Any thread.
/// </summary>
internal sealed class LoadEnd(IThreads threads)
{
    private readonly Lock _lock = new();
    private readonly List<ICompletion> _waiting = [];
    private bool _hasEnded;
    private Exception? _error;

    /// <summary>Completes at the end, well or with its error; for one who waits.</summary>
    internal Task Wait()
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return _error is null ? Task.CompletedTask : Task.FromException(_error);
            }

            var completion = threads.CreateCompletion();
            _waiting.Add(completion);
            return completion.Task;
        }
    }

    /// <summary>The first end counts.</summary>
    internal void End(Exception? error = null)
    {
        lock (_lock)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
            _error = error;
        }

        foreach (var completion in _waiting)
        {
            if (error is null)
            {
                completion.Succeed();
            }
            else
            {
                completion.Fail(error);
            }
        }
    }
}
