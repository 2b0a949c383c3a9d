using System.Buffers;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>E and N: an error or a notice as tagged strings.</summary>
internal static class ErrorResponseMessage
{
    public const string Error = "ERROR";
    public const string Fatal = "FATAL";

    /// <summary>Writes an error; the position is in characters from 1, 0 for none.</summary>
    public static void Write(IBufferWriter<byte> output, string severity, SqlException error, int position = 0) => Write(
        output,
        BackendMessage.ErrorResponse,
        [
            ('S', severity),
            ('V', severity),
            ('C', error.SqlState),
            ('M', error.Message),
            ('D', error.Detail),
            ('H', error.Hint),
            ('P', position > 0 ? position.ToString() : null),
            ('W', error.Context),
            ('t', error.Table),
            ('c', error.Column),
            ('n', error.Constraint),
        ]);

    public static void WriteNotice(IBufferWriter<byte> output, Notice notice) => Write(
        output,
        BackendMessage.NoticeResponse,
        [
            ('S', notice.Severity),
            ('V', notice.Severity),
            ('C', notice.SqlState),
            ('M', notice.Message),
            ('D', notice.Detail),
            ('H', notice.Hint),
        ]);

    private static void Write(
        IBufferWriter<byte> output, byte type, ReadOnlySpan<(char Tag, string? Value)> fields)
    {
        int bytes = 1;
        foreach (var (_, value) in fields)
        {
            bytes += value is null ? 0 : 1 + FrameWriter.CStringBytes(Clean(value));
        }

        var frame = new FrameWriter(output, type, bytes);
        foreach (var (tag, value) in fields)
        {
            if (value is not null)
            {
                frame.WriteByte((byte)tag);
                frame.WriteCString(Clean(value));
            }
        }

        frame.WriteByte(0);
        frame.End();
    }

    /// <summary>A zero byte would end the field early and shift all that follow.</summary>
    private static string Clean(string value) => value.Contains('\0') ? value.Replace("\0", "\\0") : value;
}
