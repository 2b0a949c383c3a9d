using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

/// <summary>Vectors of random content for kernel tests: a seed gives the same vector every time.</summary>
internal static class RandomVectors
{
    /// <summary>A flat vector; about nullPercent of its rows are NULL (with garbage below them). No bitmap when 0.</summary>
    internal static Vector Create(Arena arena, SqlType type, int length, int nullPercent, int seed)
    {
        var random = new Random(seed);
        var vector = Vector.Allocate(arena, type, length);
        for (int row = 0; row < length; row++)
        {
            Put(arena, ref vector, row, random);
        }

        if (nullPercent > 0)
        {
            var validity = vector.AddValidity(arena);
            for (int row = 0; row < length; row++)
            {
                if (random.Next(100) < nullPercent)
                {
                    Bitmap.Clear(validity, row);
                    if (type.Layout == Layout.View)
                    {
                        vector.Views[row] = default;
                    }
                }
            }
        }

        return vector;
    }

    /// <summary>The same rows as a dictionary vector (values not distinct, shuffled).</summary>
    internal static Vector Encode(Arena arena, in Vector flat)
    {
        int length = flat.Length;
        var order = Enumerable.Range(0, length).ToArray();
        new Random(length).Shuffle(order);
        var values = TakeKernel.Take(flat, order, arena);
        values.DropValidity();
        var codes = arena.Allocate<int>(length);
        for (int i = 0; i < length; i++)
        {
            codes[order[i]] = i;
        }

        var encoded = values.WithCodes(codes, length);
        encoded.ShareValidity(flat);
        return encoded;
    }

    internal static List<Datum> Rows(in Vector vector)
    {
        var rows = new List<Datum>();
        for (int row = 0; row < vector.Length; row++)
        {
            rows.Add(Datum.FromVector(vector, row));
        }

        return rows;
    }

    private static void Put(Arena arena, ref Vector vector, int row, Random random)
    {
        switch (vector.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(vector.Bits, row, random.Next(2) == 1); break;
            case Layout.Fixed2: vector.Values<short>()[row] = (short)random.Next(-9, 10); break;
            case Layout.Fixed4 when vector.Type.Id == TypeId.Float32:
                vector.Values<float>()[row] = (float)Float(random);
                break;
            case Layout.Fixed4: vector.Values<int>()[row] = random.Next(-100, 100); break;
            case Layout.Fixed8 when vector.Type.Id == TypeId.Float64:
                vector.Values<double>()[row] = Float(random);
                break;
            case Layout.Fixed8: vector.Values<long>()[row] = random.NextInt64(-1000, 1000) << random.Next(0, 40); break;
            case Layout.Fixed16 when vector.Type.Id == TypeId.Interval:
                vector.Values<Int128>()[row] = (Int128)random.Next(0, 100) << 64 | (Int128)(uint)random.Next(0, 3) << 32;
                break;
            case Layout.Fixed16 when vector.Type.NumericForm == NumericForm.Free:
                vector.Values<decimal>()[row] = new decimal(random.Next(-5000, 5000)) / (random.Next(4) == 0 ? 100 : 1);
                break;
            case Layout.Fixed16: vector.Values<Int128>()[row] = (Int128)random.NextInt64(-50, 50) << random.Next(0, 60); break;
            default:
                var text = new StringBuilder();
                for (int i = random.Next(0, 25); i > 0; i--)
                {
                    text.Append("abé%_"[random.Next(5)]);
                }

                vector.Views[row] = arena.AddString(Encoding.UTF8.GetBytes(text.ToString()));
                break;
        }
    }

    private static double Float(Random random) => random.Next(12) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => 0.0,
        _ => random.Next(-50, 50) / 4.0,
    };
}
