using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>G or H: COPY data follows, from the client or from the server. All columns have the copy's format.</summary>
internal static class CopyResponseMessage
{
    public static void Write(IBufferWriter<byte> output, byte type, bool isBinary, int columnCount)
    {
        var frame = new FrameWriter(output, type, 1 + 2 + (2 * columnCount));
        frame.WriteByte(isBinary ? (byte)1 : (byte)0);
        frame.WriteInt16((short)columnCount);
        for (int i = 0; i < columnCount; i++)
        {
            frame.WriteInt16(isBinary ? (short)1 : (short)0);
        }

        frame.End();
    }
}
