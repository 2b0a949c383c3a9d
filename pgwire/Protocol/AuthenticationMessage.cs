using System.Buffers;

namespace Vectorized.Pgwire.Protocol;

/// <summary>R: one step of authentication.</summary>
internal static class AuthenticationMessage
{
    private const int OkCode = 0;
    private const int SaslCode = 10;
    private const int SaslContinueCode = 11;
    private const int SaslFinalCode = 12;

    public static void WriteOk(IBufferWriter<byte> output)
    {
        var frame = new FrameWriter(output, BackendMessage.Authentication, 4);
        frame.WriteInt32(OkCode);
        frame.End();
    }

    /// <summary>Offers SASL mechanisms, the preferred one first.</summary>
    public static void WriteSasl(IBufferWriter<byte> output, IReadOnlyList<string> mechanisms)
    {
        int bytes = 4 + 1;
        foreach (string mechanism in mechanisms)
        {
            bytes += FrameWriter.CStringBytes(mechanism);
        }

        var frame = new FrameWriter(output, BackendMessage.Authentication, bytes);
        frame.WriteInt32(SaslCode);
        foreach (string mechanism in mechanisms)
        {
            frame.WriteCString(mechanism);
        }

        frame.WriteByte(0);
        frame.End();
    }

    public static void WriteSaslContinue(IBufferWriter<byte> output, ReadOnlySpan<byte> data) =>
        WriteData(output, SaslContinueCode, data);

    public static void WriteSaslFinal(IBufferWriter<byte> output, ReadOnlySpan<byte> data) =>
        WriteData(output, SaslFinalCode, data);

    private static void WriteData(IBufferWriter<byte> output, int code, ReadOnlySpan<byte> data)
    {
        var frame = new FrameWriter(output, BackendMessage.Authentication, 4 + data.Length);
        frame.WriteInt32(code);
        frame.WriteBytes(data);
        frame.End();
    }
}
