using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>S: the value of a setting that clients follow.</summary>
internal static class ParameterStatusMessage
{
    public static void Write(IBufferWriter<byte> output, string name, string value)
    {
        int bytes = FrameWriter.CStringBytes(name) + FrameWriter.CStringBytes(value);
        var frame = new FrameWriter(output, BackendMessage.ParameterStatus, bytes);
        frame.WriteCString(name);
        frame.WriteCString(value);
        frame.End();
    }
}
