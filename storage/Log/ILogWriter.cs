using System.Buffers;

namespace Vectorized.Storage.Log;

/// <summary>
/// Appends records: <see cref="Begin"/>, the payload through <see cref="IBufferWriter{T}"/>, <see cref="End"/>;
/// <see cref="Sync"/> makes all ended records durable at once. One thread, but for <see cref="Cut"/>.
/// </summary>
public interface ILogWriter : IBufferWriter<byte>, IDisposable
{
    /// <summary>The last record a sync has covered.</summary>
    ulong DurableNumber { get; }

    /// <summary>Bytes appended since the writer was opened.</summary>
    long BytesAppended { get; }

    void Begin();

    /// <summary>Completes the record begun and gives its number.</summary>
    ulong End();

    /// <summary>A failure is final.</summary>
    void Sync();

    /// <summary>Records up to a number are no longer needed. Any thread, one at a time.</summary>
    void Cut(ulong number);
}
