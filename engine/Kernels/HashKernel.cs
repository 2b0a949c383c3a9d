using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// The hash of each row's key columns, computed once and carried with the batch through exchange, join and aggregate.
/// Equal keys hash equal whatever their encoding: integers of any width as int64, numerics by value (1.0 = 1.00 = 1),
/// -0.0 as 0.0, every NaN as one, intervals by their normalised length, strings by content, NULL as one constant.
/// A row starts as the seed; each column folds one word in: h = Mix(h XOR word). A key of one integer column is not mixed:
/// its hash is its (shard, address), a bijection that keeps dense keys dense (<see cref="Sharding"/>; a NULL is mixed as
/// any other). In both forms the top 6 bits are the shard. Deterministic in (seed, types, values), the same with and without
/// vector units. The state files depend on it: never change it without a new format version.
/// </summary>
internal static unsafe class HashKernel
{
    internal const ulong NullWord = 0x5F3C_9A41_D2E7_B68F;
    private const ulong Multiplier = 0xD6E8_FEB8_6659_FD93;

    /// <summary>Hashes <paramref name="rowCount"/> rows into the start of <paramref name="hashes"/>.</summary>
    internal static void Hash(ReadOnlySpan<Vector> keys, int rowCount, ulong seed, Span<ulong> hashes)
    {
        hashes = hashes[..rowCount];
        if (keys.Length == 1 && keys[0].Type.IsInteger)
        {
            OfInteger(keys[0], seed, hashes);
            return;
        }

        hashes.Fill(seed);
        foreach (ref readonly var key in keys)
        {
            Fold(key, rowCount, seed, hashes);
        }
    }

    /// <summary>As <see cref="Hash(ReadOnlySpan{Vector}, int, ulong, Span{ulong})"/> of some columns of a batch.</summary>
    internal static void Hash(Batch batch, ReadOnlySpan<int> keyColumns, ulong seed, Span<ulong> hashes)
    {
        hashes = hashes[..batch.RowCount];
        if (keyColumns.Length == 1 && batch[keyColumns[0]].Type.IsInteger)
        {
            OfInteger(batch[keyColumns[0]], seed, hashes);
            return;
        }

        hashes.Fill(seed);
        foreach (int column in keyColumns)
        {
            Fold(batch[column], batch.RowCount, seed, hashes);
        }
    }

    /// <summary>Folds one more column into running hashes.</summary>
    internal static void Fold(in Vector key, int rowCount, ulong seed, Span<ulong> hashes)
    {
        if (rowCount == 0)
        {
            return;
        }

        if (key.Encoding != VectorEncoding.Flat)
        {
            FoldEncoded(key, rowCount, seed, hashes);
            return;
        }

        fixed (ulong* output = hashes)
        {
            byte* values = key.ValuesPointer;
            byte* validity = key.ValidityPointer;
            switch (key.Type.Id)
            {
                case TypeId.Int32 or TypeId.Date:
                    FoldFixed<Int32Words>(values, validity, rowCount, output);
                    break;
                case TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace:
                    FoldFixed<UInt32Words>(values, validity, rowCount, output);
                    break;
                case TypeId.Int64 or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz:
                    FoldFixed<Int64Words>(values, validity, rowCount, output);
                    break;
                case TypeId.Float64:
                    FoldFixed<Float64Words>(values, validity, rowCount, output);
                    break;
                case TypeId.Numeric when key.Type.NumericForm == NumericForm.Scaled64 && key.Type.Scale == 0:
                    FoldFixed<Int64Words>(values, validity, rowCount, output);
                    break;
                default:
                    for (int row = 0; row < rowCount; row++)
                    {
                        output[row] = Mix(output[row] ^ (key.IsValid(row) ? HashWord.Of(key, row, seed) : NullWord));
                    }

                    break;
            }
        }
    }

    /// <summary>The hash of a NULL that is a key of one column by itself.</summary>
    internal static ulong OfNull(ulong seed) => Mix(seed ^ NullWord);

    private static void OfInteger(in Vector key, ulong seed, Span<ulong> hashes)
    {
        switch (key.Type.Layout)
        {
            case Layout.Fixed2: OfInteger<short>(in key, hashes); break;
            case Layout.Fixed4: OfInteger<int>(in key, hashes); break;
            default: OfInteger<long>(in key, hashes); break;
        }

        if (key.MayHaveNulls)
        {
            ulong ofNull = OfNull(seed);
            for (int row = 0; row < hashes.Length; row++)
            {
                hashes[row] = key.IsValid(row) ? hashes[row] : ofNull;
            }
        }
    }

    private static void OfInteger<T>(in Vector key, Span<ulong> hashes) where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var values = (T*)key.ValuesPointer;
        if (key.IsFlat)
        {
            for (int row = 0; row < hashes.Length; row++)
            {
                hashes[row] = Sharding.HashOfInteger(long.CreateTruncating(values[row]));
            }

            return;
        }

        for (int row = 0; row < hashes.Length; row++)
        {
            hashes[row] = Sharding.HashOfInteger(long.CreateTruncating(values[key.ValueIndex(row)]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Mix(ulong x)
    {
        x ^= x >> 32;
        x *= Multiplier;
        x ^= x >> 32;
        x *= Multiplier;
        return x ^ x >> 32;
    }

    /// <summary>A dictionary's words are computed once a distinct value, a constant's once.</summary>
    private static void FoldEncoded(in Vector key, int rowCount, ulong seed, Span<ulong> hashes)
    {
        if (key.Encoding == VectorEncoding.Constant)
        {
            ulong word = key.IsValid(0) ? HashWord.OfValue(key, 0, seed) : NullWord;
            foreach (ref ulong hash in hashes[..rowCount])
            {
                hash = Mix(hash ^ word);
            }

            return;
        }

        if (key.DictionaryLength > 2 * rowCount)
        {
            for (int row = 0; row < rowCount; row++)
            {
                hashes[row] = Mix(hashes[row] ^ (key.IsValid(row) ? HashWord.Of(key, row, seed) : NullWord));
            }

            return;
        }

        ulong[] words = ArrayPool<ulong>.Shared.Rent(key.DictionaryLength);
        for (int i = 0; i < key.DictionaryLength; i++)
        {
            words[i] = HashWord.OfValue(key, i, seed);
        }

        var codes = key.Codes;
        for (int row = 0; row < rowCount; row++)
        {
            hashes[row] = Mix(hashes[row] ^ (key.IsValid(row) ? words[codes[row]] : NullWord));
        }

        ArrayPool<ulong>.Shared.Return(words);
    }

    private static void FoldFixed<TWords>(byte* values, byte* validity, int rowCount, ulong* hashes)
        where TWords : struct, IHashWords
    {
        int row = 0;
        if (Vector256.IsHardwareAccelerated && rowCount >= 8)
        {
            KernelCounters.EnterVector();
            var lanes = Vector256.Create(1UL, 2, 4, 8);
            var nulls = Vector256.Create(NullWord);
            for (; row + 8 <= rowCount; row += 8)
            {
                var first = TWords.Load(values, row);
                var second = TWords.Load(values, row + 4);
                if (validity != null)
                {
                    ulong bits = validity[row >> 3];
                    var present = Vector256.Equals(Vector256.Create(bits) & lanes, lanes);
                    first = Vector256.ConditionalSelect(present, first, nulls);
                    present = Vector256.Equals(Vector256.Create(bits >> 4) & lanes, lanes);
                    second = Vector256.ConditionalSelect(present, second, nulls);
                }

                Mix(Vector256.Load(hashes + row) ^ first).Store(hashes + row);
                Mix(Vector256.Load(hashes + row + 4) ^ second).Store(hashes + row + 4);
            }
        }

        for (; row < rowCount; row++)
        {
            bool present = validity == null || (validity[row >> 3] >> (row & 7) & 1) != 0;
            hashes[row] = Mix(hashes[row] ^ (present ? TWords.Word(values, row) : NullWord));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Mix(Vector256<ulong> x)
    {
        var multiplier = Vector256.Create(Multiplier);
        x ^= x >>> 32;
        x *= multiplier;
        x ^= x >>> 32;
        x *= multiplier;
        return x ^ x >>> 32;
    }
}
