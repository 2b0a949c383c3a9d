using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Vectorized.Tests.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Columns;

public sealed class ArrowStreamTests(ITestOutputHelper output)
{
    private static readonly SqlType[] AllTypes = [.. RandomValues.Scalars, .. RandomValues.Nested, SqlType.Jsonb, SqlType.Unknown];

    [Fact]
    public void Stream_OfRandomBatches_ReadsBackTheSame()
    {
        long before = BlockPool.LiveBytes;
        Law.Check(output, 300, random =>
        {
            var fields = Enumerable.Range(0, random.Next(1, 8))
                .Select(i => new ArrowField($"c{i}", AllTypes[random.Next(AllTypes.Length)], random.Next(3) == 0)).ToArray();
            bool withWeights = random.Next(2) == 0;
            using var arena = new Arena();
            var batches = Enumerable.Range(0, random.Next(3)).Select(_ => RandomBatch(fields, withWeights, arena, random)).ToArray();
            byte[] stream = ArrowHarness.Write(fields, batches, withWeights);
            var reader = new ArrowStreamReader();
            var read = ArrowHarness.Read(reader, stream);
            Assert.True(reader.IsAtEnd);
            Assert.Equal(withWeights, reader.HasWeights);
            Assert.Equal(fields, reader.Fields);
            Assert.Equal(batches.Length, read.Count);
            for (int i = 0; i < read.Count; i++)
            {
                AssertSame(batches[i], read[i].Batch);
                read[i].Dispose();
            }

            return true;
        });
        Assert.True(BlockPool.LiveBytes <= before + (64 << 20), "blocks leak");
    }

    [Fact]
    public void Stream_CutOrChanged_IsRefusedOrWaitsButNeverRunsAway()
    {
        Law.Check(output, 2000, random =>
        {
            var fields = Enumerable.Range(0, random.Next(1, 4))
                .Select(i => new ArrowField($"c{i}", AllTypes[random.Next(AllTypes.Length)], random.Next(3) == 0)).ToArray();
            using var arena = new Arena();
            byte[] stream = ArrowHarness.Write(fields, [RandomBatch(fields, true, arena, random)], withWeights: true);
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                stream[random.Next(stream.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }

            var cut = random.Next(2) == 0 ? stream.AsSpan() : stream.AsSpan(0, random.Next(stream.Length));
            try
            {
                foreach (var batch in ArrowHarness.Read(new ArrowStreamReader(), cut))
                {
                    Touch(batch.Batch);
                    batch.Dispose();
                }
            }
            catch (SqlException)
            {
                // Refused by name.
            }

            return true;
        });
    }

    [Fact]
    public void Stream_InPieces_WaitsForWholeMessages()
    {
        using var arena = new Arena();
        ArrowField[] fields = [new("a", SqlType.Int32), new("b", SqlType.Varchar)];
        byte[] stream = ArrowHarness.Write(fields, [RandomBatch(fields, false, arena, new Random(1))]);
        var reader = new ArrowStreamReader();
        int start = 0;
        int batches = 0;
        for (int end = 0; end <= stream.Length; end++)
        {
            int used = reader.Read(stream.AsSpan(start, end - start), out var batch);
            start += used;
            batches += batch is null ? 0 : 1;
            batch?.Dispose();
        }

        Assert.True(reader.IsAtEnd);
        Assert.Equal((1, stream.Length), (batches, start));
    }

    [Fact]
    public void Stream_LongStrings_AreCompacted()
    {
        using var arena = new Arena();
        var column = new VectorBuilder(arena, SqlType.Varchar);
        for (int i = 0; i < 100; i++)
        {
            arena.AddString(new byte[1000]);
            column.AppendBytes("thirteen bytes"u8);
        }

        var batch = new Batch().Reset(100, 1);
        batch[0] = column.Build();
        Assert.InRange(ArrowHarness.Write([new("s", SqlType.Varchar)], [batch]).Length, 100 * 14, 100 * 14 + 3000);
    }

    [Fact]
    public void Write_IntervalBeyondNanoseconds_IsRefused()
    {
        using var arena = new Arena();
        var column = new VectorBuilder(arena, SqlType.Interval);
        column.Append(new IntervalValue(0, 0, long.MaxValue));
        var batch = new Batch().Reset(1, 1);
        batch[0] = column.Build();
        var error = Assert.Throws<SqlException>(() => ArrowHarness.Write([new("i", SqlType.Interval)], [batch]));
        Assert.Equal(SqlState.IntervalFieldOverflow, error.SqlState);
    }

    private static Batch RandomBatch(ArrowField[] fields, bool withWeights, Arena arena, Random random)
    {
        int rows = random.Next(4) == 0 ? random.Next(3) : random.Next(200);
        var batch = new Batch().Reset(rows, fields.Length);
        for (int i = 0; i < fields.Length; i++)
        {
            batch[i] = RandomVector(fields[i].Type, rows, arena, random);
        }

        if (withWeights && random.Next(2) == 0 && rows > 0)
        {
            var weights = arena.Allocate<long>(rows);
            for (int row = 0; row < rows; row++)
            {
                weights[row] = random.Next(2) == 0 ? 1 : -3;
            }

            batch.SetWeights(weights);
        }

        return batch;
    }

    /// <summary>Flat, constant, or a dictionary with nulls by row.</summary>
    private static Vector RandomVector(SqlType type, int rows, Arena arena, Random random)
    {
        int encoding = random.Next(3);
        bool hasNulls = random.Next(2) == 0;
        if (encoding == 0)
        {
            return Value(type, random, hasNulls).ToConstant(arena, rows);
        }

        int values = encoding == 1 ? rows : random.Next(1, 6);
        var builder = new VectorBuilder(arena, type, Math.Max(values, 1));
        for (int i = 0; i < values; i++)
        {
            Value(type, random, hasNulls && encoding == 1).AppendTo(builder);
        }

        var vector = builder.Build();
        if (encoding == 1)
        {
            return vector;
        }

        var codes = arena.Allocate<int>(rows);
        for (int row = 0; row < rows; row++)
        {
            codes[row] = random.Next(values);
        }

        vector = vector.WithCodes(codes, rows);
        if (hasNulls && rows > 0)
        {
            var validity = vector.AddValidity(arena);
            for (int row = 0; row < rows; row += 3)
            {
                Bitmap.Clear(validity, row);
            }
        }

        return vector;
    }

    private static Datum Value(SqlType type, Random random, bool canBeNull)
    {
        if (type.Id == TypeId.Jsonb)
        {
            return TextParse.Parse($"{{\"k\": [{random.Next()}, \"text that is long enough\"]}}", type);
        }

        var value = RandomValues.Of(type, random, canBeNull);
        if (value.IsNull)
        {
            return value;
        }

        // Arrow's intervals end where nanoseconds do; text has no NUL.
        return type.Id == TypeId.Interval && Math.Abs((decimal)IntervalValue.FromBits(value.Raw).Micros) > long.MaxValue / 1000
            ? Datum.OfRaw(type, new IntervalValue(1, 2, 3).Bits) : value;
    }

    private static void AssertSame(Batch expected, Batch actual)
    {
        Assert.Equal(expected.RowCount, actual.RowCount);
        for (int row = 0; row < expected.RowCount; row++)
        {
            Assert.Equal(expected.Weight(row), actual.Weight(row));
            for (int column = 0; column < expected.ColumnCount; column++)
            {
                Assert.Equal(Datum.FromVector(expected[column], row), Datum.FromVector(actual[column], row));
            }
        }
    }

    private static void Touch(Batch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < batch.ColumnCount; column++)
            {
                var value = Datum.FromVector(batch[column], row);
                if (!value.IsNull)
                {
                    TextFormat.ToText(value);
                }
            }
        }
    }
}
