using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// How one column of connector = 'datagen' gets its values: by split and row number alone. Stateless.
/// </summary>
internal abstract class DatagenField
{
    /// <summary>Rows a split has before this field's values run out; long.MaxValue: it never does.</summary>
    internal virtual long RowCount(int split, int splitCount) => long.MaxValue;

    internal abstract void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow);
}

/// <summary>
/// start, start + 1, ... end over all splits together: split s has every n-th value from start + s on. Fraction is
/// added to each, for sequences of floating-point numbers.
/// </summary>
internal sealed class SequenceField(long start, long end, double fraction) : DatagenField
{
    internal override long RowCount(int split, int splitCount)
    {
        var rest = (Int128)end - start - split;
        return rest < 0 ? 0 : (long)Int128.Min((rest / splitCount) + 1, long.MaxValue);
    }

    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        for (int i = 0; i < column.Length; i++)
        {
            NumberColumn.Put(ref column, i, start + split + (splitCount * (firstRow + i)), fraction);
        }
    }
}

/// <summary>Uniform whole numbers in [min, max].</summary>
internal sealed class RandomIntegerField(long min, long max, ulong seed) : DatagenField
{
    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        var random = CounterRandom.ForSeed(seed ^ (ulong)split);
        ulong count = (ulong)(max - min) + 1;
        for (int i = 0; i < column.Length; i++)
        {
            ulong word = random.At(firstRow + i).Word(0);
            long value = count == 0 ? (long)word : min + (long)Math.BigMul(word, count, out _);
            NumberColumn.Put(ref column, i, value, 0);
        }
    }
}

/// <summary>Uniform floating-point numbers in [min, max).</summary>
internal sealed class RandomFloatField(double min, double max, ulong seed) : DatagenField
{
    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        var random = CounterRandom.ForSeed(seed ^ (ulong)split);
        for (int i = 0; i < column.Length; i++)
        {
            double share = (random.At(firstRow + i).Word(0) >> 11) * (1.0 / (1UL << 53));
            NumberColumn.Put(ref column, i, 0, min + (share * (max - min)));
        }
    }
}

/// <summary>Texts of one length, of digits and letters of both cases.</summary>
internal sealed class RandomTextField(int length, ulong seed) : DatagenField
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int CharactersPerWord = 8;

    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        var random = CounterRandom.ForSeed(seed ^ (ulong)split);
        Span<byte> text = length <= 256 ? stackalloc byte[length] : new byte[length];
        for (int i = 0; i < column.Length; i++)
        {
            // A text's words are a stream of their own, as long as the text needs.
            var words = CounterRandom.ForSeed(random.At(firstRow + i).Word(0));
            ulong word = 0;
            for (int c = 0; c < text.Length; c++)
            {
                word = c % CharactersPerWord == 0 ? words.Word(c / CharactersPerWord) : word;
                text[c] = (byte)Alphabet[(int)CounterRandom.Take(ref word, (uint)Alphabet.Length)];
            }

            column.Views[i] = arena.AddString(text);
        }
    }
}

/// <summary>
/// Times up to a span before a base. In relative mode the base moves with the row's due time, counted from the source's
/// creation, so that a replay gives the same values.
/// </summary>
internal sealed class RandomTimeField(long baseMicros, long spanMicros, double microsPerRow, ulong seed) : DatagenField
{
    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        var random = CounterRandom.ForSeed(seed ^ (ulong)split);
        var values = column.Values<long>();
        for (int i = 0; i < values.Length; i++)
        {
            long milliseconds = (long)Math.BigMul(random.At(firstRow + i).Word(0), (ulong)(spanMicros / 1000) + 1, out _);
            values[i] = baseMicros + (long)((firstRow + i) * microsPerRow) - (milliseconds * 1000);
        }
    }
}

/// <summary>Writes a number into a column of any number type datagen knows.</summary>
internal static class NumberColumn
{
    /// <summary>The value is whole + fraction; integer columns take the whole part.</summary>
    internal static void Put(ref Vector column, int row, long whole, double fraction)
    {
        switch (column.Type.Id)
        {
            case TypeId.Int16: column.Values<short>()[row] = (short)whole; break;
            case TypeId.Int32: column.Values<int>()[row] = (int)whole; break;
            case TypeId.Int64: column.Values<long>()[row] = whole; break;
            case TypeId.Float32: column.Values<float>()[row] = (float)(whole + fraction); break;
            case TypeId.Float64: column.Values<double>()[row] = whole + fraction; break;
            default: throw new SqlException(SqlState.InternalError, $"datagen cannot fill {column.Type}");
        }
    }
}
