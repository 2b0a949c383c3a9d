namespace Vectorized.Tests.State;

/// <summary>Tests that measure what the whole process holds (block pool, allocations): nothing else runs beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
