using Vectorized.Engine.State.Checkpoints;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>Runs of a structure, neighbours, oldest first, that are to become one. <see cref="IsOldest"/>: none is older.</summary>
internal sealed record MergeTask(string Name, FrameShape Shape, IReadOnlyList<RunRef> Sources, bool IsOldest);
