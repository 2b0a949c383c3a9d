using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Makes the wire form of one value whose size is known only then.</summary>
internal interface IFormatter
{
    static abstract void Append(in Vector column, int row, ColumnScratch scratch, ref TextSink sink);
}

/// <summary>
/// Values that must be formatted to know their size: measuring writes them into the column's scratch, writing copies
/// them to their rows.
/// </summary>
internal sealed class FormattedEncoder<TFormatter> : ColumnEncoder
    where TFormatter : struct, IFormatter
{
    public override void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch)
    {
        var ends = scratch.Ends(sizes.Length);
        var sink = new TextSink(scratch.Bytes);
        try
        {
            int end = 0;
            for (int i = 0; i < sizes.Length; i++)
            {
                int size = LengthBytes;
                if (column.IsValid(start + i))
                {
                    TFormatter.Append(in column, start + i, scratch, ref sink);
                    size += sink.Position - end;
                    end = sink.Position;
                }

                ends[i] = end;
                sizes[i] = checked(sizes[i] + size);
            }

            scratch.Keep(ref sink);
        }
        finally
        {
            sink.Dispose();
        }
    }

    public override void Write(
        in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch)
    {
        var ends = scratch.Ends(positions.Length);
        int from = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            var target = into[positions[i]..];
            if (!column.IsValid(start + i))
            {
                BinaryPrimitives.WriteInt32BigEndian(target, NullLength);
                positions[i] += LengthBytes;
                continue;
            }

            int length = ends[i] - from;
            BinaryPrimitives.WriteInt32BigEndian(target, length);
            scratch.Bytes.AsSpan(from, length).CopyTo(target[LengthBytes..]);
            positions[i] += LengthBytes + length;
            from = ends[i];
        }
    }
}
