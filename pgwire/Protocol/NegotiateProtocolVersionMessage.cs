using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>
/// v: the client asked for a newer minor version or for unknown protocol options; the conversation goes on with the
/// version named here. PostgreSQL 15 sends the whole number (0x00030000), and clients expect it.
/// </summary>
internal static class NegotiateProtocolVersionMessage
{
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<string> unknownOptions)
    {
        int bytes = 8;
        foreach (string option in unknownOptions)
        {
            bytes += FrameWriter.CStringBytes(option);
        }

        var frame = new FrameWriter(output, BackendMessage.NegotiateProtocolVersion, bytes);
        frame.WriteInt32(StartupMessage.Version);
        frame.WriteInt32(unknownOptions.Count);
        foreach (string option in unknownOptions)
        {
            frame.WriteCString(option);
        }

        frame.End();
    }
}
