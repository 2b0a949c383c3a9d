namespace Vectorized.Storage.Platform;

/// <summary>Randomness that a simulation can seed: hash seeds, cancel keys, generated uuids. Any thread.</summary>
public interface IRandomSource
{
    ulong NextUInt64();

    void Fill(Span<byte> bytes);
}
