namespace Vectorized.Engine.State.Checkpoints;

/// <summary>The server ends while state is being loaded: what is half loaded is of no use.</summary>
internal sealed class LoadStopped : Exception;
