using System.Numerics;
using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// The net effect of one call's weighted rows, key by key, whatever order they come in: rows of a key are chained,
/// equal rows cancel, and what is left is at most one row to retract and one to insert (keyed), or one count to add
/// (bag). All in scratch memory of the part; valid until its mark is released. One thread; O(rows).
/// </summary>
internal unsafe ref struct NetEffect
{
    private const int SmallChain = 8;

    private readonly ReadOnlySpan<Batch> _deltas;
    private readonly int[] _key;
    private readonly Arena _arena;
    private int* _batchOf;
    private int* _rowOf;
    private ulong* _hashOf;
    private long* _weightOf;
    private int* _nextOf;
    private int* _tailOf;

    internal NetEffect(ReadOnlySpan<Batch> deltas, int[] key, ulong hashSeed, Arena arena)
    {
        _deltas = deltas;
        _key = key;
        _arena = arena;
        int rows = 0;
        foreach (var batch in deltas)
        {
            rows += batch.RowCount;
        }

        RowCount = rows;
        _batchOf = Take<int>(rows);
        _rowOf = Take<int>(rows);
        _hashOf = Take<ulong>(rows);
        _weightOf = Take<long>(rows);
        _nextOf = Take<int>(rows);
        _tailOf = Take<int>(rows);
        Groups = arena.Allocate<int>(rows);
        Fill(hashSeed);
        Chain();
    }

    internal int RowCount { get; }

    /// <summary>The first row of each key, in order of appearance.</summary>
    internal Span<int> Groups { get; private set; }

    internal readonly int BatchOf(int row) => _batchOf[row];

    internal readonly int RowOf(int row) => _rowOf[row];

    internal readonly ulong HashOf(int row) => _hashOf[row];

    internal readonly long WeightOf(int row) => _weightOf[row];

    internal readonly Batch DeltaOf(int row) => _deltas[_batchOf[row]];

    /// <summary>The next row of the same key, in order of appearance; -1 after the last.</summary>
    internal readonly int NextOf(int row) => _nextOf[row];

    /// <summary>The last row of a key: what an upsert leaves.</summary>
    internal readonly int LastOf(int group) => _tailOf[group];

    /// <summary>The sum of a key's weights.</summary>
    internal readonly long SumOf(int group)
    {
        long sum = 0;
        for (int row = group; row >= 0; row = _nextOf[row])
        {
            sum += _weightOf[row];
        }

        return sum;
    }

    /// <summary>
    /// Cancels equal rows of a key and gives the row left to retract and the one to insert (-1: none). False: more than
    /// one of either is left, which no keyed stream may do.
    /// </summary>
    internal readonly bool Resolve(int group, out int retracted, out int inserted)
    {
        retracted = inserted = -1;
        if (_nextOf[group] < 0)
        {
            return Take(group, ref retracted, ref inserted);
        }

        Cancel(group);
        for (int row = group; row >= 0; row = _nextOf[row])
        {
            if (!Take(row, ref retracted, ref inserted))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Cancels identical rows of a key: each is left once, with the sum of its weights (0: none).</summary>
    internal readonly void CancelIdentical(int group)
    {
        if (_nextOf[group] >= 0)
        {
            Cancel(group);
        }
    }

    private readonly bool Take(int row, ref int retracted, ref int inserted)
    {
        switch (_weightOf[row])
        {
            case 0:
                return true;
            case 1 when inserted < 0:
                inserted = row;
                return true;
            case -1 when retracted < 0:
                retracted = row;
                return true;
            default:
                return false;
        }
    }

    private readonly void Cancel(int group)
    {
        int length = 0;
        for (int row = group; row >= 0; row = _nextOf[row])
        {
            length++;
        }

        if (length > SmallChain)
        {
            CancelHashed(group, length);
            return;
        }

        for (int row = _nextOf[group]; row >= 0; row = _nextOf[row])
        {
            for (int earlier = group; earlier != row; earlier = _nextOf[earlier])
            {
                if (_weightOf[earlier] != 0 && SameRow(earlier, row))
                {
                    _weightOf[earlier] += _weightOf[row];
                    _weightOf[row] = 0;
                    break;
                }
            }
        }
    }

    private readonly void CancelHashed(int group, int length)
    {
        var mark = _arena.Position;
        int log2 = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length * 2));
        var table = _arena.Allocate<int>(1 << log2);
        table.Fill(-1);
        for (int row = group; row >= 0; row = _nextOf[row])
        {
            ulong hash = RowHash(row);
            int position = (int)(hash >> (64 - log2));
            while (table[position] >= 0 && !SameRow(table[position], row))
            {
                position = (position + 1) & ((1 << log2) - 1);
            }

            if (table[position] < 0)
            {
                table[position] = row;
            }
            else
            {
                _weightOf[table[position]] += _weightOf[row];
                _weightOf[row] = 0;
            }
        }

        _arena.Release(mark);
    }

    /// <summary>A hash by representation of what one row's fixed-width columns and string heads hold.</summary>
    private readonly ulong RowHash(int row)
    {
        var batch = DeltaOf(row);
        ulong hash = 0;
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            ref var vector = ref batch[i];
            int index = _rowOf[row];
            ulong word = !vector.IsValid(index) ? 0x5bd1e995 : vector.Type.Layout switch
            {
                Layout.Bit => vector.Bit(index) ? 1UL : 2UL,
                Layout.Fixed2 => vector.Value<ushort>(index),
                Layout.Fixed4 => vector.Value<uint>(index),
                Layout.Fixed8 => vector.Value<ulong>(index),
                Layout.Fixed16 => vector.Value<Words16>(index).Low ^ BitOperations.RotateLeft(vector.Value<Words16>(index).High, 1),
                _ => BytesHash(vector.Bytes(index)),
            };
            hash = HashWord.Fold(word ^ 0x9E3779B97F4A7C15, hash ^ 0xD6E8FEB86659FD93);
        }

        return hash;
    }

    private static ulong BytesHash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = HashWord.Fold(BitConverter.ToUInt64(bytes) ^ 0x9E3779B97F4A7C15, hash ^ 0xD6E8FEB86659FD93);
        }

        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }

    private readonly bool SameRow(int a, int b)
    {
        var left = DeltaOf(a);
        var right = DeltaOf(b);
        for (int i = left.ColumnCount - 1; i >= 0; i--)
        {
            if (!KeyEquality.Identical(in left[i], _rowOf[a], in right[i], _rowOf[b]))
            {
                return false;
            }
        }

        return true;
    }

    private readonly bool SameKey(int a, int b)
    {
        var left = DeltaOf(a);
        var right = DeltaOf(b);
        foreach (int column in _key)
        {
            if (!KeyEquality.Equal(in left[column], _rowOf[a], in right[column], _rowOf[b]))
            {
                return false;
            }
        }

        return true;
    }

    private readonly T* Take<T>(int count) where T : unmanaged =>
        (T*)_arena.AllocateBytes((long)Math.Max(count, 1) * sizeof(T));

    private readonly void Fill(ulong hashSeed)
    {
        int at = 0;
        for (int b = 0; b < _deltas.Length; b++)
        {
            var batch = _deltas[b];
            var hashes = KeyHashing.Of(batch, _key, hashSeed, _arena);
            hashes.CopyTo(new Span<ulong>(_hashOf + at, batch.RowCount));
            for (int row = 0; row < batch.RowCount; row++, at++)
            {
                _batchOf[at] = b;
                _rowOf[at] = row;
                _weightOf[at] = batch.Weight(row);
            }
        }
    }

    private void Chain()
    {
        int log2 = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(RowCount, 1) * 2));
        uint mask = (1u << log2) - 1;
        int* table = Take<int>(1 << log2);
        new Span<int>(table, 1 << log2).Fill(-1);
        int groups = 0;
        for (int row = 0; row < RowCount; row++)
        {
            _nextOf[row] = -1;
            _tailOf[row] = row;
            uint position = (uint)((_hashOf[row] * 0x9E3779B97F4A7C15) >> (64 - log2)) & mask;
            int head;
            while ((head = table[position]) >= 0 && (_hashOf[head] != _hashOf[row] || !SameKey(head, row)))
            {
                position = (position + 1) & mask;
            }

            if (head < 0)
            {
                table[position] = row;
                Groups[groups++] = row;
            }
            else
            {
                _nextOf[_tailOf[head]] = row;
                _tailOf[head] = row;
            }
        }

        Groups = Groups[..groups];
    }
}
