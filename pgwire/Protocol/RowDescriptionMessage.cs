using System.Buffers;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>T: names, types and formats of the rows that follow (or would).</summary>
internal static class RowDescriptionMessage
{
    public const int ColumnsMax = 1664;

    /// <summary>Formats as Bind gave them; default: all text, as in Describe of a statement.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<ResultColumn> columns, FormatCodes formats)
    {
        int bytes = 2;
        for (int i = 0; i < columns.Count; i++)
        {
            bytes += FrameWriter.CStringBytes(columns[i].Name) + 18;
        }

        var frame = new FrameWriter(output, BackendMessage.RowDescription, bytes);
        frame.WriteInt16((short)columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            frame.WriteCString(column.Name);
            frame.WriteUInt32(column.TableOid);
            frame.WriteInt16(column.Attribute);
            frame.WriteUInt32(TypeOids.Of(column.Type));
            frame.WriteInt16(TypeOids.Length(column.Type));
            frame.WriteInt32(TypeOids.Modifier(column.Type));
            frame.WriteInt16(formats.IsBinary(i) ? (short)1 : (short)0);
        }

        frame.End();
    }
}
