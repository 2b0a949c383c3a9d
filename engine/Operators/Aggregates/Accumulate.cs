using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The rows of a batch that one aggregate takes: each batch row's group, which rows count (empty: all of the first
/// <see cref="Count"/>), and weights by batch row (empty: all +1).
/// </summary>
internal readonly ref struct AggregateRows(
    ReadOnlySpan<int> groups, ReadOnlySpan<int> rows, int count, ReadOnlySpan<long> weights)
{
    internal readonly ReadOnlySpan<int> Groups = groups;
    internal readonly ReadOnlySpan<int> Rows = rows;
    internal readonly int Count = count;
    internal readonly ReadOnlySpan<long> Weights = weights;

    internal bool IsAll => Rows.IsEmpty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Row(int i) => Rows.IsEmpty ? i : Rows[i];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Weight(int row) => Weights.IsEmpty ? 1 : Weights[row];
}

/// <summary>How one value enters a group's accumulator. False: it does not fit there and changed nothing.</summary>
internal interface IAccumulate<TCell, T> where TCell : unmanaged where T : unmanaged
{
    static abstract bool TryAdd(ref TCell cell, T value, long weight);

    /// <summary>Adds all that another accumulator holds.</summary>
    static virtual bool TryMerge(ref TCell cell, ref TCell other) => throw new SqlException(
        SqlState.InternalError, $"{typeof(TCell).Name} cannot be merged");
}

/// <summary>
/// Adds the values of one column to the accumulators of their rows' groups: one generic loop, specialised by the JIT for each
/// value type and operation. Rows an accumulator refuses (overflow) come back, for a slower way or an error.
/// </summary>
internal static class Accumulate
{
    /// <summary>Returns how many rows were refused; they stand at the start of <paramref name="refused"/>. The values are flat.</summary>
    internal static int Run<TCell, T, TOperation>(
        Accumulators<TCell> cells, in Vector values, in AggregateRows rows, Span<int> refused)
        where TCell : unmanaged
        where T : unmanaged
        where TOperation : struct, IAccumulate<TCell, T>
    {
        var value = values.Values<T>();
        var groups = rows.Groups;
        int failures = 0;
        if (rows.Weights.IsEmpty && rows.IsAll)
        {
            value = value[..rows.Count];
            groups = groups[..rows.Count];
            for (int row = 0; row < value.Length; row++)
            {
                if (!TOperation.TryAdd(ref cells[groups[row]], value[row], 1))
                {
                    refused[failures++] = row;
                }
            }
        }
        else if (rows.Weights.IsEmpty)
        {
            foreach (int row in rows.Rows[..rows.Count])
            {
                if (!TOperation.TryAdd(ref cells[groups[row]], value[row], 1))
                {
                    refused[failures++] = row;
                }
            }
        }
        else
        {
            for (int i = 0; i < rows.Count; i++)
            {
                int row = rows.Row(i);
                if (!TOperation.TryAdd(ref cells[groups[row]], value[row], rows.Weights[row]))
                {
                    refused[failures++] = row;
                }
            }
        }

        return failures;
    }

    /// <summary>Adds group from[i] of one table to group into[i] of another, in this order; gives how many were refused.</summary>
    internal static int Merge<TCell, T, TOperation>(
        Accumulators<TCell> source, ReadOnlySpan<int> from, Accumulators<TCell> cells, ReadOnlySpan<int> into)
        where TCell : unmanaged
        where T : unmanaged
        where TOperation : struct, IAccumulate<TCell, T>
    {
        int failures = 0;
        for (int i = 0; i < from.Length; i++)
        {
            failures += TOperation.TryMerge(ref cells[into[i]], ref source[from[i]]) ? 0 : 1;
        }

        return failures;
    }

    /// <summary>As <see cref="Merge"/>, of counts.</summary>
    internal static void MergeCounts(
        Accumulators<long> source, ReadOnlySpan<int> from, Accumulators<long> cells, ReadOnlySpan<int> into)
    {
        for (int i = 0; i < from.Length; i++)
        {
            cells[into[i]] += source[from[i]];
        }
    }

    /// <summary>Adds each row's weight to a count.</summary>
    internal static void Count(Accumulators<long> cells, in AggregateRows rows)
    {
        if (rows.Weights.IsEmpty && rows.IsAll)
        {
            foreach (int group in rows.Groups[..rows.Count])
            {
                cells[group]++;
            }

            return;
        }

        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Row(i);
            cells[rows.Groups[row]] += rows.Weight(row);
        }
    }
}
