namespace Vectorized.Connectors.Kafka;

/// <summary>One partition while it is read. Pump thread only.</summary>
internal sealed class KafkaPartition(int number, SourceRows rows, long position, long end)
{
    internal int Number { get; } = number;

    internal SourceRows Rows { get; } = rows;

    /// <summary>Behind the last message delivered.</summary>
    internal long Position { get; set; } = position;

    /// <summary>Behind the last message seen (of the batch being decoded).</summary>
    internal long Seen { get; set; } = position;

    /// <summary>Where a bounded read stops; long.MaxValue: never.</summary>
    internal long End { get; } = end;
}
