using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// Holds the loading of state back before the structures a test names, until it is released; and plants bugs in how state is loaded
/// and looked up. Released for good when disposed.
/// </summary>
internal sealed class HeldLoading(Func<string, bool> holds) : DurabilityHook, IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly StoredRowsRules? _rules;

    internal HeldLoading(StoredRowsRules rules)
        : this(_ => true) => _rules = rules;

    internal TaskCompletionSource<string> Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What has been loaded, or is being loaded.</summary>
    internal List<string> Loaded { get; } = [];

    internal Func<string, bool> LeavesOut { get; init; } = static _ => false;

    internal override StoredRowsRules LookUps => _rules ?? base.LookUps;

    internal override bool Loads(string structure)
    {
        if (holds(structure))
        {
            Held.TrySetResult(structure);
            _released.Wait();
        }

        lock (Loaded)
        {
            Loaded.Add(structure);
        }

        return !LeavesOut(structure);
    }

    internal void Release() => _released.Set();

    public void Dispose() => _released.Set();
}
