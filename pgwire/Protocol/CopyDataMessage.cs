using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>d: a piece of COPY data.</summary>
internal static class CopyDataMessage
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> piece)
    {
        var frame = new FrameWriter(output, BackendMessage.CopyData, piece.Length);
        frame.WriteBytes(piece);
        frame.End();
    }
}
