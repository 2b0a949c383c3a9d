using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Types;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.Dataflow.Watermarks;

/// <summary>
/// The watermark of one relation: the largest value of its expression over the rows accepted so far, by split, and over the
/// splits that are not idle the least of these; it never goes back. A row whose column is below it when it arrives is late
/// and turned away (a NULL is never late; an infinite value does not raise it). Rows of a source arrive one by one in the order
/// of their split, so the result does not depend on how they are cut into chunks and ticks; rows of a statement arrive
/// together. Main lane only; counters are read by others.
/// </summary>
internal sealed class WatermarkGate
{
    /// <summary>A split that has sent nothing for so long no longer holds the others back.</summary>
    internal const long IdleAfterMicros = 30_000_000;

    private readonly CompiledExpression _expression;
    private readonly HashSet<int> _needs;
    private readonly bool _oneByOne;
    private readonly List<Split> _splits = [];
    private long _late;
    private long _accepted;
    private long _watermark = WatermarkBoard.None;

    /// <param name="column">The relation's column the watermark is of.</param>
    /// <param name="expression">Its expression over the relation's row, of the column's type.</param>
    /// <param name="oneByOne">Rows arrive one after the other, not as one statement's.</param>
    internal WatermarkGate(int column, ScalarExpression expression, bool oneByOne)
    {
        Column = column;
        _expression = CompiledExpression.Compile(expression);
        _needs = [column, .. ExpressionTree.Columns(expression)];
        _oneByOne = oneByOne;
    }

    private sealed class Split(string name)
    {
        internal string Name { get; } = name;

        internal long Watermark { get; set; } = WatermarkBoard.None;

        /// <summary>The tick's now when it last sent a row.</summary>
        internal long LastMicros { get; set; }

        internal bool IsIdle { get; set; }
    }

    internal int Column { get; }

    /// <summary>Whether it looks at a column of the relation.</summary>
    internal bool Needs(int column) => _needs.Contains(column);

    /// <summary>No row below it is accepted any more; <see cref="WatermarkBoard.None"/>: none yet. Any thread.</summary>
    internal long Watermark => Volatile.Read(ref _watermark);

    /// <summary>Rows turned away. Any thread.</summary>
    internal long Late => Volatile.Read(ref _late);

    /// <summary>Rows let through. Any thread.</summary>
    internal long Accepted => Volatile.Read(ref _accepted);

    /// <summary>The rows that are not late; the batch itself when none is. In the context's tick memory.</summary>
    internal Batch Admit(Batch rows, string splitName, OperatorContext context)
    {
        if (rows.RowCount == 0)
        {
            return rows;
        }

        var split = Find(splitName);
        split.LastMicros = context.Evaluation.NowMicros;
        split.IsIdle = false;
        Vector marks = default;
        _expression.Evaluate(context.Evaluation, rows, ref marks);
        marks = TakeKernel.Flatten(marks, context.Scratch);
        var values = TakeKernel.Flatten(rows[Column], context.Scratch);
        long others = LeastOfOthers(split);
        long end = Math.Max(_watermark, Math.Min(others, Math.Max(split.Watermark, Greatest(in marks))));
        if (Least(in values) >= (_oneByOne ? end : _watermark))
        {
            split.Watermark = Math.Max(split.Watermark, Greatest(in marks));
            Advance(Math.Min(others, split.Watermark));
            Volatile.Write(ref _accepted, _accepted + rows.RowCount);
            return rows;
        }

        return Sift(rows, in values, in marks, split, others, context);
    }

    /// <summary>Splits of a reader that the watermark does not wait for yet: a decision for a tick's record.</summary>
    internal void AddUnknown(IReadOnlyList<string> splits, int relationId, List<SplitDecision> into)
    {
        // A split is not forgotten: as many as are known already need no look.
        for (int i = 0; i < splits.Count && splits.Count > _splits.Count; i++)
        {
            if (!Knows(splits[i]))
            {
                into.Add(new SplitDecision(relationId, splits[i], IsIdle: false));
            }
        }
    }

    /// <summary>Splits that are silent and hold the watermark back, as of a tick's now: a decision for its record.</summary>
    internal void AddIdle(long nowMicros, int relationId, List<SplitDecision> into)
    {
        long greatest = GreatestOfAll();
        foreach (var split in _splits)
        {
            if (HoldsBack(split, greatest) && nowMicros - split.LastMicros >= IdleAfterMicros)
            {
                into.Add(new SplitDecision(relationId, split.Name, IsIdle: true));
            }
        }
    }

    /// <summary>When the next split may be declared idle; long.MaxValue: none holds anything back.</summary>
    internal long NextIdleMicros
    {
        get
        {
            long next = long.MaxValue;
            long greatest = GreatestOfAll();
            foreach (var split in _splits)
            {
                if (HoldsBack(split, greatest))
                {
                    next = Math.Min(next, split.LastMicros + IdleAfterMicros);
                }
            }

            return next;
        }
    }

    /// <summary>Carries out a decision.</summary>
    internal void Decide(in SplitDecision decision, long nowMicros)
    {
        if (!decision.IsIdle)
        {
            Expect([decision.Split], nowMicros);
            return;
        }

        Find(decision.Split).IsIdle = true;
        long least = long.MaxValue;
        foreach (var split in _splits)
        {
            least = Math.Min(least, split.IsIdle ? long.MaxValue : split.Watermark);
        }

        if (least != long.MaxValue)
        {
            Advance(least);
        }
    }

    /// <summary>All it remembers, for a checkpoint: watermark, counters, then its splits.</summary>
    internal byte[] Save()
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        into.WriteInt64(_watermark);
        into.WriteInt64(_late);
        into.WriteInt64(_accepted);
        into.WriteInt32(_splits.Count);
        foreach (var split in _splits)
        {
            into.WriteText(split.Name);
            into.WriteInt64(split.Watermark);
            into.WriteInt64(split.LastMicros);
            into.WriteByte(split.IsIdle ? (byte)1 : (byte)0);
        }

        return into.WrittenSpan.ToArray();
    }

    /// <summary>Takes back what <see cref="Save"/> gave, while it is new.</summary>
    internal void Load(ReadOnlySpan<byte> saved)
    {
        var bytes = new ByteReader(saved);
        Volatile.Write(ref _watermark, bytes.ReadInt64());
        Volatile.Write(ref _late, bytes.ReadInt64());
        Volatile.Write(ref _accepted, bytes.ReadInt64());
        for (int i = bytes.ReadInt32(); i > 0; i--)
        {
            _splits.Add(new Split(bytes.ReadText())
            {
                Watermark = bytes.ReadInt64(),
                LastMicros = bytes.ReadInt64(),
                IsIdle = bytes.ReadByte() != 0,
            });
        }
    }

    /// <summary>Waits for splits that have sent nothing yet.</summary>
    internal void Expect(IReadOnlyList<string> splits, long nowMicros)
    {
        for (int i = 0; i < splits.Count; i++)
        {
            if (!Knows(splits[i]))
            {
                Find(splits[i]).LastMicros = nowMicros;
            }
        }
    }

    /// <summary>Behind another split that is not idle.</summary>
    private static bool HoldsBack(Split split, long greatest) => !split.IsIdle && split.Watermark < greatest;

    private long GreatestOfAll()
    {
        long greatest = WatermarkBoard.None;
        foreach (var split in _splits)
        {
            greatest = split.IsIdle ? greatest : Math.Max(greatest, split.Watermark);
        }

        return greatest;
    }

    private bool Knows(string name)
    {
        foreach (var split in _splits)
        {
            if (split.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private Batch Sift(
        Batch rows, in Vector values, in Vector marks, Split split, long others, OperatorContext context)
    {
        var kept = context.Scratch.Allocate<int>(rows.RowCount);
        int count = 0;
        long limit = _watermark;
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (values.IsValid(row) && ClosingKeys.ValueAt(in values, row) < limit)
            {
                continue;
            }

            kept[count++] = row;
            if (IsMark(in marks, row))
            {
                split.Watermark = Math.Max(split.Watermark, ClosingKeys.ValueAt(in marks, row));
                limit = _oneByOne ? Math.Max(limit, Math.Min(others, split.Watermark)) : limit;
            }
        }

        Advance(Math.Min(others, split.Watermark));
        Volatile.Write(ref _accepted, _accepted + count);
        Volatile.Write(ref _late, _late + rows.RowCount - count);
        return BatchTake.Take(rows, kept[..count], context.Scratch, context.Batches);
    }

    private void Advance(long least) => Volatile.Write(ref _watermark, Math.Max(_watermark, least));

    private Split Find(string name)
    {
        foreach (var split in _splits)
        {
            if (split.Name == name)
            {
                return split;
            }
        }

        var added = new Split(name);
        _splits.Add(added);
        return added;
    }

    private long LeastOfOthers(Split split)
    {
        long least = long.MaxValue;
        foreach (var other in _splits)
        {
            if (!ReferenceEquals(other, split) && !other.IsIdle)
            {
                least = Math.Min(least, other.Watermark);
            }
        }

        return least;
    }

    /// <summary>A value the watermark may rise to: after an infinite one nothing would ever come in time.</summary>
    private static bool IsMark(in Vector marks, int row) => marks.IsValid(row) && marks.Type.Id switch
    {
        TypeId.Date => Temporal.IsFinite(marks.Value<int>(row)),
        TypeId.Timestamp or TypeId.TimestampTz => Temporal.IsFinite(marks.Value<long>(row)),
        _ => true,
    };

    private static long Greatest(in Vector vector)
    {
        long greatest = WatermarkBoard.None;
        for (int row = 0; row < vector.Length; row++)
        {
            greatest = IsMark(in vector, row) ? Math.Max(greatest, ClosingKeys.ValueAt(in vector, row)) : greatest;
        }

        return greatest;
    }

    private static long Least(in Vector vector)
    {
        long least = long.MaxValue;
        for (int row = 0; row < vector.Length; row++)
        {
            least = vector.IsValid(row) ? Math.Min(least, ClosingKeys.ValueAt(in vector, row)) : least;
        }

        return least;
    }
}
