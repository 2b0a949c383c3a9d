using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// One row a group, column by column, in accumulators of a group table: a word of NULL bits, then a cell a column; strings stand
/// in the table's pool. Written whole, read by column. One thread.
/// </summary>
internal sealed class RowCells
{
    /// <summary>As many as the word of NULL bits has.</summary>
    internal const int ColumnsMax = 64;

    private readonly SqlType[] _types;
    private readonly int _nulls;

    /// <param name="types">The row's columns.</param>
    /// <param name="first">The number of the first accumulator; <see cref="Bytes"/> lists what they take.</param>
    internal RowCells(IReadOnlyList<SqlType> types, int first)
    {
        _types = [.. types];
        _nulls = first;
        Bytes = [sizeof(ulong), .. _types.Select(t => Math.Max(t.Width, 1))];
    }

    internal int[] Bytes { get; }

    /// <summary>The accumulators that are views of strings.</summary>
    internal int[] Views => [.. Enumerable.Range(0, _types.Length).Where(i => _types[i].Layout == Layout.View).Select(i => _nulls + 1 + i)];

    /// <summary>Writes row rows[i] of the batch as the row of groups[i]; strings of the row before are given back.</summary>
    internal void Write(
        GroupTable table, ReadOnlySpan<int> groups, Batch batch, ReadOnlySpan<int> columns, ReadOnlySpan<int> rows)
    {
        var nulls = table.Current<ulong>(_nulls);
        for (int i = 0; i < _types.Length; i++)
        {
            ref readonly var source = ref batch[columns[i]];
            int cell = _nulls + 1 + i;
            switch (_types[i].Layout)
            {
                case Layout.Bit: WriteBits(table.Current<byte>(cell), groups, in source, rows); break;
                case Layout.Fixed2: Write<short>(table.Current<short>(cell), groups, in source, rows); break;
                case Layout.Fixed4: Write<int>(table.Current<int>(cell), groups, in source, rows); break;
                case Layout.Fixed8: Write<long>(table.Current<long>(cell), groups, in source, rows); break;
                case Layout.Fixed16: Write<Int128>(table.Current<Int128>(cell), groups, in source, rows); break;
                default: WriteViews(table, table.Current<StringView>(cell), groups, in source, rows); break;
            }

            ulong bit = 1UL << i;
            for (int k = 0; k < groups.Length; k++)
            {
                ref ulong word = ref nulls[groups[k]];
                word = source.IsValid(rows[k]) ? word & ~bit : word | bit;
            }
        }
    }

    /// <summary>Gives a row's strings back: it is about to be removed, and stays readable until the tick ends.</summary>
    internal void Release(GroupTable table, int group)
    {
        for (int i = 0; i < _types.Length; i++)
        {
            if (_types[i].Layout == Layout.View)
            {
                table.Strings.Release(table.Current<StringView>(_nulls + 1 + i)[group]);
            }
        }
    }

    /// <summary>A column of the groups' rows, in the arena; strings stay in the pool, readable until the tick ends.</summary>
    internal Vector Gather(GroupTable table, int column, ReadOnlySpan<int> groups, Arena arena) =>
        Gather(new GroupView(table, null, isOld: false, null), column, groups, arena);

    /// <summary>As before the tick, of groups named by their place among the touched.</summary>
    internal Vector GatherOld(GroupTable table, int column, ReadOnlySpan<int> places, Arena arena) =>
        Gather(new GroupView(table, null, isOld: true, null), column, places, arena);

    private Vector Gather(in GroupView view, int column, ReadOnlySpan<int> groups, Arena arena)
    {
        var type = _types[column];
        var vector = Vector.Allocate(arena, type, groups.Length);
        int cell = _nulls + 1 + column;
        switch (type.Layout)
        {
            case Layout.Bit:
                var bits = view.Cells<byte>(cell);
                for (int i = 0; i < groups.Length; i++)
                {
                    Bitmap.Put(vector.Bits, i, bits[groups[i]] != 0);
                }

                break;
            case Layout.Fixed2: Gather(view.Cells<short>(cell), groups, vector.Values<short>()); break;
            case Layout.Fixed4: Gather(view.Cells<int>(cell), groups, vector.Values<int>()); break;
            case Layout.Fixed8: Gather(view.Cells<long>(cell), groups, vector.Values<long>()); break;
            default: Gather(view.Cells<Int128>(cell), groups, vector.Values<Int128>()); break;
        }

        var nulls = view.Cells<ulong>(_nulls);
        ulong any = 0;
        foreach (int group in groups)
        {
            any |= nulls[group];
        }

        if ((any >> column & 1) != 0)
        {
            var validity = vector.AddValidity(arena);
            for (int i = 0; i < groups.Length; i++)
            {
                Bitmap.Put(validity, i, (nulls[groups[i]] >> column & 1) == 0);
            }
        }

        return vector;
    }

    private static void Gather<T>(Accumulators<T> cells, ReadOnlySpan<int> groups, Span<T> values) where T : unmanaged
    {
        for (int i = 0; i < groups.Length; i++)
        {
            values[i] = cells[groups[i]];
        }
    }

    private static void Write<T>(
        Accumulators<T> cells, ReadOnlySpan<int> groups, in Vector source, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        for (int i = 0; i < groups.Length; i++)
        {
            cells[groups[i]] = source.IsValid(rows[i]) ? source.Value<T>(rows[i]) : default;
        }
    }

    private static void WriteBits(
        Accumulators<byte> cells, ReadOnlySpan<int> groups, in Vector source, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            cells[groups[i]] = source.IsValid(rows[i]) && source.Bit(rows[i]) ? (byte)1 : (byte)0;
        }
    }

    private static void WriteViews(
        GroupTable table, Accumulators<StringView> cells, ReadOnlySpan<int> groups, in Vector source, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            ref var cell = ref cells[groups[i]];
            table.Strings.Release(cell);
            cell = source.IsValid(rows[i]) ? table.Strings.Keep(ref source.Value<StringView>(rows[i])) : default;
        }
    }
}
