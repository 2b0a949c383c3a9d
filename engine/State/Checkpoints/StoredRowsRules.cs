namespace Vectorized.Engine.State.Checkpoints;

/// <summary>What makes a look-up in runs right, in one place: tests put wrong ones here and see them caught.</summary>
internal class StoredRowsRules
{
    internal static StoredRowsRules Right { get; } = new();

    /// <summary>A row that a newer run names as gone is no answer.</summary>
    internal virtual bool MindsGone => true;

    /// <summary>A fragment of a hash is no key.</summary>
    internal virtual bool ComparesKeys => true;

    /// <summary>What has changed since is met before what stands in the runs.</summary>
    internal virtual bool MindsBacklog => true;

    /// <summary>Of what has changed, the newest tick's is told from what came before it.</summary>
    internal virtual bool TellsTicksApart => true;

    /// <summary>The first run looked into, of runs newest first.</summary>
    internal virtual int FirstRun => 0;
}
