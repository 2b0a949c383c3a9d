using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// How long each part has been busy in each level, in nanoseconds: what workers wait for one another is what the wall shows beside it.
/// For measurements. Each part's thread adds to its own cells; read between ticks.
/// </summary>
internal sealed class LevelTimes(IClock clock, int partCount)
{
    private const int LevelsMax = 64;

    private readonly long[] _nanos = new long[LevelsMax * partCount];

    internal long Now => clock.MonotonicNanos;

    internal long this[int level, int part] => _nanos[(part * LevelsMax) + level];

    internal void Add(int level, int part, long nanos) => _nanos[(part * LevelsMax) + Math.Min(level, LevelsMax - 1)] += nanos;
}
