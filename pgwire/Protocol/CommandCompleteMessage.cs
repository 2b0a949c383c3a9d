using System.Buffers;
using System.Buffers.Text;

namespace Vectorized.Pgwire.Protocol;

/// <summary>C: a statement is done; its tag says what it did.</summary>
internal static class CommandCompleteMessage
{
    public static void Write(IBufferWriter<byte> output, string tag)
    {
        var frame = new FrameWriter(output, BackendMessage.CommandComplete, FrameWriter.CStringBytes(tag));
        frame.WriteCString(tag);
        frame.End();
    }

    /// <summary>`SELECT n` without making a string.</summary>
    public static void WriteSelect(IBufferWriter<byte> output, long rows)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(rows, digits, out int length);
        var frame = new FrameWriter(output, BackendMessage.CommandComplete, 7 + length + 1);
        frame.WriteBytes("SELECT "u8);
        frame.WriteBytes(digits[..length]);
        frame.WriteByte(0);
        frame.End();
    }
}
