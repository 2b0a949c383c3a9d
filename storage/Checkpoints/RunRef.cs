namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Where a run stands: a section of a pack. <see cref="Length"/> bytes from <see cref="Offset"/> are the run's blocks
/// and, as its last <see cref="TailLength"/> bytes, the tail that describes them. <see cref="TailCheck"/> is the tail's
/// CRC-32C: the checksum stands in the parent as well, so a run that was read from the wrong place is found out.
/// </summary>
public readonly record struct RunRef(long Pack, long Offset, long Length, int TailLength, uint TailCheck);

/// <summary>What a structure consists of: the schema its writer gave, and its runs, the oldest first.</summary>
public sealed record StructureRuns(string Schema, IReadOnlyList<RunRef> Runs);
