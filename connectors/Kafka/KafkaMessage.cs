using System.Runtime.InteropServices;

namespace Vectorized.Connectors.Kafka;

/// <summary>
/// A view of one rd_kafka_message_t, whose layout is part of librdkafka's stable interface. Valid until the message is
/// destroyed; payload and key are copied out.
/// </summary>
internal readonly struct KafkaMessage(IntPtr message)
{
    private const int PartitionAt = 16;
    private const int PayloadAt = 24;
    private const int LengthAt = 32;
    private const int KeyAt = 40;
    private const int KeyLengthAt = 48;
    private const int OffsetAt = 56;

    internal int Error => Marshal.ReadInt32(message);

    internal int Partition => Marshal.ReadInt32(message, PartitionAt);

    internal long Offset => Marshal.ReadInt64(message, OffsetAt);

    internal bool HasPayload => Marshal.ReadIntPtr(message, PayloadAt) != IntPtr.Zero;

    internal bool HasKey => Marshal.ReadIntPtr(message, KeyAt) != IntPtr.Zero;

    /// <summary>Microseconds since 1970, or null where the topic keeps none.</summary>
    internal long? TimestampMicros
    {
        get
        {
            long milliseconds = Librdkafka.rd_kafka_message_timestamp(message, out int kind);
            return kind == 0 || milliseconds < 0 ? null : milliseconds * 1000;
        }
    }

    /// <summary>The payload, copied into a buffer that grows as needed.</summary>
    internal ReadOnlySpan<byte> Payload(ref byte[] buffer) => Copy(PayloadAt, LengthAt, ref buffer);

    internal ReadOnlySpan<byte> Key(ref byte[] buffer) => Copy(KeyAt, KeyLengthAt, ref buffer);

    /// <summary>What librdkafka says of a message that is an error.</summary>
    internal string ErrorText
    {
        get
        {
            var text = Marshal.ReadIntPtr(message, PayloadAt);
            return (text == IntPtr.Zero ? null : Marshal.PtrToStringUTF8(text)) ?? Librdkafka.ErrorName(Error);
        }
    }

    private ReadOnlySpan<byte> Copy(int at, int lengthAt, ref byte[] buffer)
    {
        int length = checked((int)Marshal.ReadInt64(message, lengthAt));
        if (length == 0)
        {
            return default;
        }

        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, buffer.Length * 2)];
        }

        Marshal.Copy(Marshal.ReadIntPtr(message, at), buffer, 0, length);
        return buffer.AsSpan(0, length);
    }
}
