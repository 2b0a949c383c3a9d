using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// What one structure adds to a checkpoint. The owner drains it between ticks until nothing is left to take from live state; then a
/// thread of its own writes it, while a pin of the captured tick is held.
/// </summary>
internal abstract class StateCapture(bool whole)
{
    /// <summary>The run holds all of the structure: older runs are void.</summary>
    internal bool IsWhole { get; } = whole;

    /// <summary>Takes about so many entries from the structure; true when nothing is left to take. Owner, between ticks.</summary>
    internal abstract bool Drain(int entriesMax);

    /// <summary>Writes all of it as one run. Any thread, under the pin.</summary>
    internal abstract RunRef Write(RunOutput output);
}
