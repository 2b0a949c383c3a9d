using System.Buffers;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Columns;

/// <summary>What is unspecified in memory is zero in what is written.</summary>
public sealed class CanonicalValuesTests
{
    [Theory]
    [InlineData("bool", 13)]
    [InlineData("int4", 13)]
    [InlineData("int4", 4_000)]
    [InlineData("uuid", 3_000)]
    public void Write_OtherBytesUnderNulls_GivesTheSame(string name, int rows)
    {
        var type = name switch { "bool" => SqlType.Boolean, "int4" => SqlType.Int32, _ => SqlType.Uuid };
        byte[] ones = Written(type, rows, 0xFF);
        byte[] zeros = Written(type, rows, 0);
        Assert.Equal(zeros, ones);
    }

    private static byte[] Written(SqlType type, int rows, byte garbage)
    {
        using var arena = new Arena();
        var vector = Vector.Allocate(arena, type, rows);
        int bytes = type.Layout == Layout.Bit ? Bitmap.BytesFor(rows) : rows * type.Width;
        var values = RawBytes(vector, bytes);
        values.Fill(garbage);
        var validity = vector.AddValidity(arena);
        validity.Fill(garbage);
        for (int row = 0; row < rows; row++)
        {
            bool valid = row % 3 == 0 || (row > 40 && row < 80);
            Bitmap.Put(validity, row, valid);
            if (valid && type.Layout == Layout.Bit)
            {
                Bitmap.Put(values, row, row % 2 == 0);
            }
            else if (valid)
            {
                values.Slice(row * type.Width, type.Width).Fill((byte)row);
            }
        }

        var batch = new Batch().Reset(rows, 1);
        batch[0] = vector;
        var writer = new ArrayBufferWriter<byte>();
        BatchCodec.Write(writer, batch, arena);
        return writer.WrittenSpan.ToArray();
    }

    private static unsafe Span<byte> RawBytes(in Vector vector, int bytes) => new(vector.ValuesPointer, bytes);
}
