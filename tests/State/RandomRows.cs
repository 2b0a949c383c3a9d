using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

/// <summary>Rows of datums for model tests: drawn from small domains so that keys repeat, compared by their text.</summary>
internal static class RandomRows
{
    internal static readonly SqlType[] AllTypes =
    [
        SqlType.Boolean, SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Numeric,
        SqlType.NumericOf(12, 2), SqlType.NumericOf(30, 4), SqlType.Varchar, SqlType.Bytea, SqlType.Date, SqlType.Timestamp,
        SqlType.Interval, SqlType.Uuid,
    ];

    /// <summary>A value out of about <paramref name="domain"/> ones; one in <paramref name="nullEvery"/> is NULL (0: none).</summary>
    internal static Datum Value(SqlType type, SeededRandom random, int domain, int nullEvery = 0)
    {
        if (nullEvery > 0 && random.Next(nullEvery) == 0)
        {
            return Datum.Null(type);
        }

        long n = random.Next(domain);
        return type.Id switch
        {
            TypeId.Boolean => Datum.OfBoolean(n % 2 == 0),
            TypeId.Float32 => Datum.OfFloat32(n * 0.5f),
            TypeId.Float64 => Datum.OfFloat64(n * -1.25),
            TypeId.Numeric when type.NumericForm == NumericForm.Free =>
                Datum.OfRaw(type, System.Runtime.CompilerServices.Unsafe.BitCast<decimal, Int128>(n + 0.5m)),
            TypeId.Varchar => Datum.OfText(n % 3 == 0 ? $"{n}" : $"a longer value, number {n}, {new string('x', (int)(n % 50))}"),
            TypeId.Bytea => Datum.OfBytes(type, [.. Encoding.UTF8.GetBytes($"{n}"), 0, (byte)n]),
            TypeId.Interval or TypeId.Uuid => Datum.OfRaw(type, new Int128((ulong)n, (ulong)(n * 7))),
            _ => Datum.OfRaw(type, n - (domain / 3)),
        };
    }

    internal static Datum[] Row(IReadOnlyList<SqlType> types, SeededRandom random, int domain, int nullEvery) =>
        [.. types.Select(type => Value(type, random, domain, nullEvery))];

    internal static string Text(IEnumerable<Datum> row) => string.Join('|', row.Select(Text));

    internal static string Text(Datum value) => value.IsNull ? "-"
        : value.Bytes is null ? value.Raw.ToString(null, null) : Convert.ToHexString(value.Bytes);

    internal static string Text(Batch batch, int row) =>
        Text(Enumerable.Range(0, batch.ColumnCount).Select(c => Datum.FromVector(batch[c], row)));

    internal static OwnedBatch Build(IReadOnlyList<SqlType> types, IEnumerable<(Datum[] Row, long Weight)> rows)
    {
        var builder = new BatchBuilder(types);
        foreach (var (row, weight) in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                row[i].AppendTo(builder[i]);
            }

            builder.EndRow(weight);
        }

        return builder.Build();
    }

    /// <summary>The same rows with some columns as dictionary vectors.</summary>
    internal static void Encode(OwnedBatch owned, SeededRandom random)
    {
        var batch = owned.Batch;
        for (int c = 0; c < batch.ColumnCount; c++)
        {
            if (random.Next(3) == 0 && batch.RowCount > 0)
            {
                batch[c] = Kernels.RandomVectors.Encode(owned.Arena, in batch[c]);
            }
        }
    }

    internal static void Shuffle<T>(Span<T> items, SeededRandom random)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = (int)random.Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    internal static ulong[] Hash(Batch batch, int[] columns, ulong seed)
    {
        ulong[] hashes = new ulong[batch.RowCount];
        HashKernel.Hash(batch, columns, seed, hashes);
        return hashes;
    }
}
