using System.Buffers;
using Vectorized.Engine.Serving;

namespace Vectorized.Pgwire.Protocol;

/// <summary>Z: the server waits for the next command; its letter is the transaction's state.</summary>
internal static class ReadyForQueryMessage
{
    public static void Write(IBufferWriter<byte> output, TransactionStatus status)
    {
        var frame = new FrameWriter(output, BackendMessage.ReadyForQuery, 1);
        frame.WriteByte((byte)status);
        frame.End();
    }
}
