using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>K: what a client must quote to cancel this session's queries.</summary>
internal static class BackendKeyDataMessage
{
    public static void Write(IBufferWriter<byte> output, int processId, uint key)
    {
        var frame = new FrameWriter(output, BackendMessage.BackendKeyData, 8);
        frame.WriteInt32(processId);
        frame.WriteUInt32(key);
        frame.End();
    }
}
