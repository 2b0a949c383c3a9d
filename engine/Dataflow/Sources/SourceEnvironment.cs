using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow.Sources;

/// <summary>What a reader may use of the process.</summary>
/// <param name="Host">Clock, files, threads.</param>
/// <param name="Signal">Called (any thread, often) when data may be waiting: wakes the main lane.</param>
/// <param name="FileRoots">Directories under which file sources are allowed; empty: nowhere.</param>
public sealed record SourceEnvironment(Host Host, Action Signal, IReadOnlyList<string> FileRoots);
