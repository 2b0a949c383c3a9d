using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Connectors;

/// <summary>A clock that moves when told.</summary>
internal sealed class ManualClock : IClock
{
    private long _nanos = 1_000_000;

    public long MonotonicNanos => Volatile.Read(ref _nanos);

    public long WallMicros => 1_700_000_000_000_000 + (MonotonicNanos / 1000);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _nanos, time.Ticks * 100);

    /// <summary>Forward to a wall time.</summary>
    public void AdvanceTo(long wallMicros)
    {
        Assert.True(wallMicros >= WallMicros, "the clock does not go back");
        Advance(TimeSpan.FromTicks((wallMicros - WallMicros) * 10));
    }

    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default) => throw new NotSupportedException();
}

/// <summary>Pieces that the connector tests share.</summary>
internal static class SourceTesting
{
    internal static SourceEnvironment Environment(IClock? clock = null, params string[] roots) =>
        new(Host.System with { Clock = clock ?? Host.System.Clock }, () => { }, roots);

    /// <summary>A definition from `name = value` lines and columns.</summary>
    internal static SourceDefinition Definition(string options, params SourceColumn[] columns)
    {
        var pairs = options.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return new SourceDefinition("s", columns, pairs, null, null, new Dictionary<string, string>());
    }

    /// <summary>Everything a reader has now, disposing what it gives.</summary>
    internal static List<T> Drain<T>(ISourceReader reader, Func<SourceChunk, IEnumerable<T>> rows, int rowsMax = 4096)
    {
        var all = new List<T>();
        while (reader.TryRead(rowsMax, out var chunk) == SourceReadStatus.Data)
        {
            using (chunk)
            {
                all.AddRange(rows(chunk!));
            }
        }

        return all;
    }

    internal static IEnumerable<long> Longs(SourceChunk chunk, int column = 0) =>
        Enumerable.Range(0, chunk.Rows.Batch.RowCount).Select(row => chunk.Rows.Batch[column].Value<long>(row)).ToArray();
}
