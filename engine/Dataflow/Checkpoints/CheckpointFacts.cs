namespace Vectorized.Engine.Dataflow.Checkpoints;

/// <summary>What the checkpoints have come to: written by the main lane, read by anyone.</summary>
internal sealed class CheckpointFacts
{
    private readonly Lock _lock = new();
    private Values _values;

    internal readonly record struct Values(
        long Completed, long Failures, long Tick, long AtMicros, long LastNanos, long LastBytes, long Bytes, string? LastFailure,
        long LogNumber);

    internal Values Read()
    {
        lock (_lock)
        {
            return _values;
        }
    }

    internal void Restored(ulong logNumber)
    {
        lock (_lock)
        {
            _values = _values with { LogNumber = (long)logNumber };
        }
    }

    internal void Completed(long tick, ulong logNumber, long atMicros, long nanos, long bytes)
    {
        lock (_lock)
        {
            _values = _values with
            {
                Completed = _values.Completed + 1,
                Tick = tick,
                LogNumber = (long)logNumber,
                AtMicros = atMicros,
                LastNanos = nanos,
                LastBytes = bytes,
                Bytes = _values.Bytes + bytes,
            };
        }
    }

    internal void Failed(string message)
    {
        lock (_lock)
        {
            _values = _values with { Failures = _values.Failures + 1, LastFailure = message };
        }
    }
}
