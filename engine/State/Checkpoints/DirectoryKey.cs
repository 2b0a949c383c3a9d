namespace Vectorized.Engine.State.Checkpoints;

/// <summary>What a run's directory finds rows by: columns of its rows, and the seed of their hashes.</summary>
internal sealed record DirectoryKey(int[] Columns, ulong HashSeed);
