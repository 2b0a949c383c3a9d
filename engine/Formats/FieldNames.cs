using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// Finds columns by the names in records: exactly, else ignoring the case of ASCII letters, as RisingWave does. Fields
/// mostly come in one order, so the caller's guess is tried first; then a small hash table. Immutable.
/// </summary>
internal sealed class FieldNames
{
    private readonly byte[][] _names;

    /// <summary>Index + 1 by hash, linear probing; 0 is free. At most half full.</summary>
    private readonly int[] _slots;

    internal FieldNames(IEnumerable<string> names)
    {
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        _slots = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(_names.Length * 2, 4))];
        for (int i = 0; i < _names.Length; i++)
        {
            int slot = Hash(_names[i]) & (_slots.Length - 1);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = i + 1;
        }
    }

    internal int Count => _names.Length;

    /// <summary>The column of a name, or -1; <paramref name="isExact"/> is false if only the case differs.</summary>
    internal int Find(ReadOnlySpan<byte> name, int guess, out bool isExact)
    {
        isExact = true;
        if (guess < _names.Length && name.SequenceEqual(_names[guess]))
        {
            return guess;
        }

        int alike = -1;
        for (int slot = Hash(name) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            int index = _slots[slot] - 1;
            if (name.SequenceEqual(_names[index]))
            {
                return index;
            }

            if (alike < 0 && Ascii.EqualsIgnoreCase(name, _names[index]))
            {
                alike = index;
            }
        }

        isExact = false;
        return alike;
    }

    /// <summary>Blind to the case of letters (and to bit 5 of everything else).</summary>
    private static int Hash(ReadOnlySpan<byte> name)
    {
        uint hash = (uint)name.Length;
        foreach (byte b in name)
        {
            hash = (hash * 31) + (b | 0x20u);
        }

        return (int)(hash ^ (hash >> 15));
    }
}
