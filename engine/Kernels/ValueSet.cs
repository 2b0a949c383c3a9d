using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// A fixed set of values of one type, asked for whole vectors. A few fixed-width values are compared one after another by
/// the vector kernels; otherwise a table of linear probing over canonical words or strings. Immutable once made.
/// </summary>
internal abstract unsafe class ValueSet
{
    private const int ComparedMax = 8;

    /// <summary>Sets the bits of the rows whose value is in the set; values under a null count as any.</summary>
    internal abstract void Contains(in Vector flat, int rowCount, in Vector found, Arena arena);

    /// <summary>The values are of the type (numerics of any scale) and not NULL.</summary>
    internal static ValueSet Create(SqlType type, IReadOnlyList<Datum> values)
    {
        if (type.Layout == Layout.View)
        {
            return new StringSet(values);
        }

        // Numerics of another scale compare by value: in the argument's own form, or, where they do not fit it, never.
        var same = new List<Datum>();
        foreach (var value in values)
        {
            if (type.Id != TypeId.Numeric || value.Type.Equals(type))
            {
                same.Add(value);
            }
            else if (NumericCasts.TryExact(value, type, out var exact))
            {
                same.Add(exact);
            }
        }

        return same.Count <= ComparedMax && type.Layout is Layout.Fixed2 or Layout.Fixed4 or Layout.Fixed8
            ? new ComparedSet(same) : new WordSet(type, same);
    }

    private sealed class ComparedSet(List<Datum> values) : ValueSet
    {
        internal override void Contains(in Vector flat, int rowCount, in Vector found, Arena arena)
        {
            found.Bits.Clear();
            var one = Vector.Allocate(arena, SqlType.Boolean, rowCount);
            foreach (var value in values)
            {
                CompareKernel.Compare(CompareOp.Equal, flat, value.ToConstant(arena, rowCount), rowCount, ref one);
                BitmapKernel.Combine<BitOr>(found.ValuesPointer, one.ValuesPointer, found.ValuesPointer, rowCount);
            }
        }
    }

    /// <summary>Fixed-width values by their canonical 64- or 128-bit words.</summary>
    private sealed class WordSet : ValueSet
    {
        private readonly UInt128[] _slots;
        private readonly bool[] _used;
        private readonly int _mask;

        internal WordSet(SqlType type, List<Datum> values)
        {
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(values.Count * 2) + 2);
            _slots = new UInt128[size];
            _used = new bool[size];
            _mask = size - 1;
            using var arena = new Arena();
            foreach (var value in values)
            {
                var column = new VectorBuilder(arena, type);
                value.AppendTo(column);
                var word = Canonical.Of(column.Build(), 0);
                int at = Slot(word);
                while (_used[at] && _slots[at] != word)
                {
                    at = (at + 1) & _mask;
                }

                _slots[at] = word;
                _used[at] = true;
            }
        }

        internal override void Contains(in Vector flat, int rowCount, in Vector found, Arena arena)
        {
            byte* bits = found.ValuesPointer;
            found.Bits.Clear();
            for (int row = 0; row < rowCount; row++)
            {
                var word = Canonical.Of(flat, row);
                int at = Slot(word);
                while (_used[at] && _slots[at] != word)
                {
                    at = (at + 1) & _mask;
                }

                bits[row >> 3] |= (byte)((_used[at] ? 1 : 0) << (row & 7));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private int Slot(UInt128 word) => (int)HashKernel.Mix((ulong)word ^ (ulong)(word >> 64)) & _mask;
    }

    private sealed class StringSet : ValueSet
    {
        private const ulong Seed = 0x51_7C_C1_B7_27_22_0A_95;
        private readonly byte[]?[] _slots;
        private readonly ulong[] _hashes;
        private readonly int _mask;

        internal StringSet(IReadOnlyList<Datum> values)
        {
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(values.Count * 2) + 2);
            _slots = new byte[]?[size];
            _hashes = new ulong[size];
            _mask = size - 1;
            using var arena = new Arena();
            foreach (var value in values)
            {
                var views = arena.Allocate<StringView>(1);
                views[0] = arena.AddString(value.AsSpan);
                ulong hash = HashWord.OfString(ref views[0], Seed);
                int at = Find(hash, value.AsSpan);
                _slots[at] = value.Bytes;
                _hashes[at] = hash;
            }
        }

        internal override void Contains(in Vector flat, int rowCount, in Vector found, Arena arena)
        {
            byte* bits = found.ValuesPointer;
            found.Bits.Clear();
            var views = (StringView*)flat.ValuesPointer;
            for (int row = 0; row < rowCount; row++)
            {
                ulong hash = HashWord.OfString(ref views[row], Seed);
                bool present = _slots[Find(hash, StringView.Bytes(ref views[row]))] is not null;
                bits[row >> 3] |= (byte)((present ? 1 : 0) << (row & 7));
            }
        }

        private int Find(ulong hash, ReadOnlySpan<byte> bytes)
        {
            int at = (int)hash & _mask;
            while (_slots[at] is { } slot && !(_hashes[at] == hash && slot.AsSpan().SequenceEqual(bytes)))
            {
                at = (at + 1) & _mask;
            }

            return at;
        }
    }
}

/// <summary>A fixed-width value as bits that are equal exactly when the values are.</summary>
internal static unsafe class Canonical
{
    internal static UInt128 Of(in Vector flat, int row)
    {
        byte* values = flat.ValuesPointer;
        return flat.Type.Layout switch
        {
            Layout.Bit => (UInt128)(values[row >> 3] >> (row & 7) & 1),
            Layout.Fixed2 => (UInt128)((short*)values)[row],
            Layout.Fixed4 => flat.Type.Id == TypeId.Float32
                ? HashWord.OfDouble(((float*)values)[row]) : (UInt128)((int*)values)[row],
            Layout.Fixed8 => flat.Type.Id == TypeId.Float64
                ? HashWord.OfDouble(((double*)values)[row]) : (UInt128)((long*)values)[row],
            Layout.Fixed16 when flat.Type.Id == TypeId.Interval => (UInt128)IntervalOrder.Length(values + (16L * row)),
            Layout.Fixed16 when flat.Type.NumericForm == NumericForm.Free =>
                (UInt128)((FreeNumeric*)values)[row].Canonical().Bits,
            Layout.Fixed16 => ((UInt128*)values)[row],
            _ => throw new SqlException(SqlState.InternalError, $"type {flat.Type} has no fixed width"),
        };
    }
}
