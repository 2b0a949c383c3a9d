using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

public sealed class BinaryTests(ITestOutputHelper output)
{
    [Fact]
    public void Binary_GoldenValues_AreWhatPostgres15Sends()
    {
        foreach (string[] line in Golden.Read("binary.tsv", 3))
        {
            var value = TextParse.Parse(line[1], TypeNames.Parse(line[0]));
            Assert.Equal(line[0] + " " + line[1] + " " + line[2], line[0] + " " + line[1] + " " + Hex(value));
            Assert.Equal(0, ValueOrder.Compare(value, BinaryParse.Read(Convert.FromHexString(line[2]), value.Type)));
        }
    }

    [Fact]
    public void Binary_OfRandomValues_ReadsBack()
    {
        SqlType[] types = [.. RandomValues.Scalars, .. RandomValues.Nested];
        using var arena = new Arena();
        Law.Check(output, 4000, random =>
        {
            var type = types[random.Next(types.Length)];
            var value = RandomValues.Of(type, random);
            if ((type.Id == TypeId.Name && value.Bytes!.Length > 63) || IsRagged(value))
            {
                return true;
            }

            var sink = new TextSink(64);
            BinaryFormat.Append(value, TextOptions.Default, ref sink);
            var read = BinaryParse.Read(sink.Written, type);
            Assert.True(value == read || ValueOrder.Compare(value, read) == 0, $"{type}: {TextFormat.ToText(value)}");

            // The same through a column.
            var column = new VectorBuilder(arena, type);
            value.AppendTo(column);
            Assert.Equal(ValueStatus.Ok, BinaryParse.TryAppend(sink.Written, type, column));
            var vector = column.Build();
            var again = new TextSink(64);
            BinaryFormat.Append(vector, 1, TextOptions.Default, ref again);
            Assert.True(again.Written.SequenceEqual(sink.Written));
            sink.Dispose();
            again.Dispose();
            return true;
        });
    }

    [Fact]
    public void Binary_RandomBytes_AreRefusedOrRead()
    {
        SqlType[] types = [.. RandomValues.Scalars, .. RandomValues.Nested];
        Law.Check(output, 5000, random =>
        {
            var type = types[random.Next(types.Length)];
            byte[] bytes;
            if (random.Next(2) == 0)
            {
                bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
            }
            else
            {
                var value = RandomValues.Of(type, random);
                if (IsRagged(value))
                {
                    return true;
                }

                bytes = Convert.FromHexString(Hex(value));
                if (bytes.Length > 0)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                }
            }

            var status = BinaryParse.TryRead(bytes, type, out var read);
            if (status == ValueStatus.Ok)
            {
                TextFormat.ToText(read);
            }

            return true;
        });
    }

    [Fact]
    public void Binary_RaggedList_IsRefusedByName()
    {
        var ragged = TextParse.Parse("{{1},{2,3}}", SqlType.ListOf(SqlType.ListOf(SqlType.Int32)));
        Assert.Equal(SqlState.FeatureNotSupported, Assert.Throws<SqlException>(() => Hex(ragged)).SqlState);
    }

    [Fact]
    public void Binary_DecimalMaxValue_RoundTrips()
    {
        var value = TextParse.Parse(decimal.MaxValue.ToString(), SqlType.Numeric);
        Assert.Equal(value, BinaryParse.Read(Convert.FromHexString(Hex(value)), SqlType.Numeric));
    }

    private static bool IsRagged(Datum value)
    {
        if (value.Type.Id != TypeId.List || value.Type.Element!.Id != TypeId.List)
        {
            return false;
        }

        var list = new PackedList(value.Type.Element, value.Bytes);
        for (int i = 0; i < list.Count; i++)
        {
            int count = list.IsNull(i) ? -1 : new PackedList(value.Type.Element.Element!, list.Bytes(i)).Count;
            // Lists of empty lists go out as one empty array.
            if (count <= 0 || count != new PackedList(value.Type.Element.Element!, list.Bytes(0)).Count)
            {
                return true;
            }
        }

        return false;
    }

    private static string Hex(Datum value)
    {
        var sink = new TextSink(64);
        BinaryFormat.Append(value, TextOptions.Default, ref sink);
        string hex = Convert.ToHexStringLower(sink.Written);
        sink.Dispose();
        return hex;
    }
}
