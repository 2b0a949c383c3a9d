using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vectorized.Engine.State;

/// <summary>
/// Which rows of a range are visible at a tick: birth &lt;= at &lt; death, by SIMD with a scalar tail.
/// </summary>
internal static unsafe class Visibility
{
    /// <summary>
    /// Writes the ids of the visible rows; gives their number. <paramref name="deaths"/> may be null.
    /// </summary>
    internal static int Select(uint* births, uint* deaths, int count, uint at, uint first, Span<uint> ids)
    {
        int found = 0;
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var tick = Vector256.Create(at);
            for (; i + Vector256<uint>.Count <= count; i += Vector256<uint>.Count)
            {
                // Deaths first: a freed row is unborn before its death is overwritten.
                uint mask = 0xFF;
                if (deaths != null)
                {
                    mask = Vector256.GreaterThan(Vector256.Load(deaths + i), tick).ExtractMostSignificantBits();
                    Volatile.ReadBarrier();
                }

                mask &= Vector256.LessThanOrEqual(Vector256.Load(births + i), tick).ExtractMostSignificantBits();
                if (mask == 0xFF)
                {
                    for (int k = 0; k < Vector256<uint>.Count; k++)
                    {
                        ids[found + k] = first + (uint)(i + k);
                    }

                    found += Vector256<uint>.Count;
                    continue;
                }

                for (; mask != 0; mask &= mask - 1)
                {
                    ids[found++] = first + (uint)(i + BitOperations.TrailingZeroCount(mask));
                }
            }
        }

        return SelectScalar(births, deaths, i, count, at, first, ids, found);
    }

    /// <summary>The same, row by row.</summary>
    internal static int SelectScalar(
        uint* births, uint* deaths, int start, int count, uint at, uint first, Span<uint> ids, int found)
    {
        for (int i = start; i < count; i++)
        {
            uint death = deaths == null ? ChunkHeader.Alive : Volatile.Read(ref deaths[i]);
            if (death > at && Volatile.Read(ref births[i]) <= at)
            {
                ids[found++] = first + (uint)i;
            }
        }

        return found;
    }
}
