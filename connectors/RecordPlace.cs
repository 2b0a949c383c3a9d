namespace Vectorized.Connectors;

/// <summary>What a connector knows of a record besides its bytes.</summary>
internal readonly ref struct RecordPlace
{
    internal required long Offset { get; init; }

    internal long? TimestampMicros { get; init; }

    internal ReadOnlySpan<byte> Key { get; init; }

    internal bool HasKey { get; init; }
}
