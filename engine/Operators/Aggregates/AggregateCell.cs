using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Where a cell's values go: the groups, their spilled words, memory.</summary>
internal sealed class AggregateTarget(OperatorContext context, GroupTable groups, SpillTable spill)
{
    internal OperatorContext Context { get; } = context;

    internal GroupTable Groups { get; } = groups;

    internal SpillTable Spill { get; } = spill;
}

/// <summary>One accumulator of every group: how values enter it. Results read it by <see cref="Accumulator"/>.</summary>
internal abstract class AggregateCell(int bytes)
{
    internal int Bytes { get; } = bytes;

    /// <summary>Its place in the group table.</summary>
    internal int Accumulator { get; set; }

    /// <summary>Adds the rows' values (flat; default for count(*)) to their groups.</summary>
    internal abstract void Add(AggregateTarget target, in Vector values, in AggregateRows rows);

    /// <summary>
    /// Adds group from[i] of the source to group into[i], in this order, so that neighbours make running sums.
    /// </summary>
    internal abstract void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into);

    /// <summary>Whether there is anything to do when a group is removed.</summary>
    internal virtual bool MaySpill => false;

    /// <summary>Whether the accumulator starts with a view of a string in the pool of the groups' table.</summary>
    internal virtual bool IsView => false;

    /// <summary>A group is about to be removed.</summary>
    internal virtual void Remove(AggregateTarget target, int group)
    {
    }
}

/// <summary>How many rows (or values, the nulls being left out before).</summary>
internal sealed class CountCell() : AggregateCell(sizeof(long))
{
    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows) =>
        Accumulate.Count(target.Groups.Current<long>(Accumulator), rows);

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into) =>
        Accumulate.MergeCounts(
            source.Groups.Current<long>(Accumulator), from, target.Groups.Current<long>(Accumulator), into);
}

/// <summary>How many of the booleans are true.</summary>
internal sealed class TrueCell() : AggregateCell(sizeof(long))
{
    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        var trues = target.Context.Scratch.Allocate<int>(rows.Count);
        int count = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Row(i);
            trues[count] = row;
            count += values.Bit(row) ? 1 : 0;
        }

        if (count > 0)
        {
            Accumulate.Count(
                target.Groups.Current<long>(Accumulator), new AggregateRows(rows.Groups, trues[..count], count, rows.Weights));
        }
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into) =>
        Accumulate.MergeCounts(
            source.Groups.Current<long>(Accumulator), from, target.Groups.Current<long>(Accumulator), into);
}

/// <summary>An accumulator of fixed width whose values either fit or are the user's overflow.</summary>
internal sealed class ValueCell<TCell, T, TOperation>(int bytes, SqlType resultType) : AggregateCell(bytes)
    where TCell : unmanaged
    where T : unmanaged
    where TOperation : struct, IAccumulate<TCell, T>
{
    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        var refused = target.Context.Scratch.Allocate<int>(rows.Count);
        if (Accumulate.Run<TCell, T, TOperation>(target.Groups.Current<TCell>(Accumulator), in values, in rows, refused) > 0)
        {
            ThrowOverflow();
        }
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into)
    {
        var cells = target.Groups.Current<TCell>(Accumulator);
        if (Accumulate.Merge<TCell, T, TOperation>(source.Groups.Current<TCell>(Accumulator), from, cells, into) > 0)
        {
            ThrowOverflow();
        }
    }

    private void ThrowOverflow() => ValueErrors.ThrowOperation(
        resultType.Id == TypeId.Interval ? ValueStatus.IntervalOverflow : ValueStatus.OutOfRange, resultType);
}

/// <summary>An exact float sum (of values or squares); what its expansion cannot hold goes on in a superaccumulator.</summary>
internal sealed class FloatCell<T, TOperation>(bool squares) : AggregateCell(48)
    where T : unmanaged
    where TOperation : struct, IAccumulate<FloatSum, T>
{
    internal override bool MaySpill => true;

    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        var refused = target.Context.Scratch.Allocate<int>(rows.Count);
        var cells = target.Groups.Current<FloatSum>(Accumulator);
        int count = Accumulate.Run<FloatSum, T, TOperation>(cells, in values, in rows, refused);
        foreach (int row in refused[..count])
        {
            int group = rows.Groups[row];
            var words = Spilled(target, group, ref cells[group]);
            double value = typeof(T) == typeof(float) ? values.Values<float>()[row] : values.Values<double>()[row];
            if (squares)
            {
                AddSquare(words, value, rows.Weight(row));
            }
            else
            {
                Superaccumulator.Add(words, value, rows.Weight(row));
            }
        }
    }

    internal override void Remove(AggregateTarget target, int group)
    {
        if (target.Groups.Current<FloatSum>(Accumulator)[group].IsSpilled)
        {
            target.Spill.Remove(Accumulator, group);
        }
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into)
    {
        var added = source.Groups.Current<FloatSum>(Accumulator);
        var cells = target.Groups.Current<FloatSum>(Accumulator);
        for (int i = 0; i < from.Length; i++)
        {
            ref var other = ref added[from[i]];
            ref var cell = ref cells[into[i]];
            if (!cell.IsSpilled && !other.IsSpilled && FloatSum.TryMerge(ref cell, ref other))
            {
                continue;
            }

            var words = Spilled(target, into[i], ref cell);
            cell.AddSpecials(in other);
            if (other.IsSpilled)
            {
                Superaccumulator.Add(words, source.Spill.Read(Accumulator, from[i], isOld: false));
            }
            else
            {
                Superaccumulator.Add(words, other.Finite);
            }
        }
    }

    /// <summary>The words of a group's superaccumulator, to which its expansion moves now if it has not before.</summary>
    private Span<ulong> Spilled(AggregateTarget target, int group, ref FloatSum cell)
    {
        var words = target.Spill.Write(Accumulator, group);
        if (!cell.IsSpilled)
        {
            Superaccumulator.Add(words, cell.Finite);
            cell.Spill();
        }

        return words;
    }

    private static void AddSquare(Span<ulong> words, double value, long weight)
    {
        double square = value * value;
        if (!double.IsFinite(square))
        {
            ValueErrors.ThrowOperation(ValueStatus.OutOfRange, SqlType.Float64);
        }

        Superaccumulator.Add(words, square, weight);
        Superaccumulator.Add(words, Math.FusedMultiplyAdd(value, value, -square), weight);
    }
}

/// <summary>A sum of unbounded numerics; a fourth scale in a group moves its counts of scales to the spill table.</summary>
internal sealed class FreeNumericCell() : AggregateCell(120)
{
    internal override bool MaySpill => true;

    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        var refused = target.Context.Scratch.Allocate<int>(rows.Count);
        var cells = target.Groups.Current<FreeNumericSum>(Accumulator);
        int count = Accumulate.Run<FreeNumericSum, Int128, SumFreeNumeric>(cells, in values, in rows, refused);
        foreach (int row in refused[..count])
        {
            int group = rows.Groups[row];
            ref var cell = ref cells[group];
            var counts = Spilled(target, group, ref cell);
            var value = FreeNumeric.FromBits(values.Values<Int128>()[row]);
            counts[value.Scale] += (ulong)rows.Weight(row);
            cell.AddFinite(value, rows.Weight(row));
        }
    }

    internal override void Remove(AggregateTarget target, int group)
    {
        if (target.Groups.Current<FreeNumericSum>(Accumulator)[group].IsSpilled != 0)
        {
            target.Spill.Remove(Accumulator, group);
        }
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into)
    {
        var added = source.Groups.Current<FreeNumericSum>(Accumulator);
        var cells = target.Groups.Current<FreeNumericSum>(Accumulator);
        for (int i = 0; i < from.Length; i++)
        {
            ref var other = ref added[from[i]];
            ref var cell = ref cells[into[i]];
            cell.AddSums(in other);
            if (other.IsSpilled != 0)
            {
                var counts = Spilled(target, into[i], ref cell);
                var counted = source.Spill.Read(Accumulator, from[i], isOld: false);
                for (int scale = 0; scale < counts.Length; scale++)
                {
                    counts[scale] += counted[scale];
                }

                continue;
            }

            MergeScale(target, into[i], ref cell, other.First);
            MergeScale(target, into[i], ref cell, other.Second);
            MergeScale(target, into[i], ref cell, other.Third);
        }
    }

    private void MergeScale(AggregateTarget target, int group, ref FreeNumericSum cell, FreeNumericSum.ScaleCount added)
    {
        if (added.Count != 0 && !cell.TryCountScale((int)added.Scale, added.Count))
        {
            Spilled(target, group, ref cell)[(int)added.Scale] += (ulong)added.Count;
        }
    }

    /// <summary>A group's counts by scale, to which its own three move now if they have not before.</summary>
    private Span<ulong> Spilled(AggregateTarget target, int group, ref FreeNumericSum cell)
    {
        var counts = target.Spill.Write(Accumulator, group);
        if (cell.IsSpilled == 0)
        {
            counts[(int)cell.First.Scale] += (ulong)cell.First.Count;
            counts[(int)cell.Second.Scale] += (ulong)cell.Second.Count;
            counts[(int)cell.Third.Scale] += (ulong)cell.Third.Count;
            cell.IsSpilled = 1;
        }

        return counts;
    }
}
