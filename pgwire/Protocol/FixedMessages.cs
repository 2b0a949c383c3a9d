using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>Backend messages that are the same bytes every time.</summary>
internal static class FixedMessages
{
    public static ReadOnlySpan<byte> ParseComplete => "1\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> BindComplete => "2\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> CloseComplete => "3\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> CopyDone => "c\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> EmptyQueryResponse => "I\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> NoData => "n\0\0\0\u0004"u8;

    public static ReadOnlySpan<byte> PortalSuspended => "s\0\0\0\u0004"u8;

    public static void WriteFixed(this IBufferWriter<byte> output, ReadOnlySpan<byte> message) => output.Write(message);
}
