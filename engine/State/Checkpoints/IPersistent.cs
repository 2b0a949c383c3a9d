namespace Vectorized.Engine.State.Checkpoints;

/// <summary>A piece of state that checkpoints hold. Owner's thread, between ticks.</summary>
internal interface IPersistent
{
    /// <summary>The shape of what is written: another shape cannot read it.</summary>
    string Schema { get; }

    /// <summary>What merging its runs needs; null: they are always whole.</summary>
    FrameShape? Shape { get; }

    /// <summary>From now on changes are tracked; nothing has been written yet.</summary>
    void Track();

    /// <summary>
    /// Fixes the state as of now: what has changed since the last capture, or all of it. Null: nothing has changed. The capture
    /// before must be complete.
    /// </summary>
    StateCapture? Capture(bool whole, long tick);

    /// <summary>Becomes what runs hold as of a tick: once, while it is new.</summary>
    void Load(RunLoad runs, long tick);
}
