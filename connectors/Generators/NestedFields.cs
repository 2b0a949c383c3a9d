using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>Row values: each field is generated as a column of its own, then packed.</summary>
internal sealed class StructField(StructFields fields, DatagenField[] members) : DatagenField
{
    internal override long RowCount(int split, int splitCount) =>
        members.Min(member => member.RowCount(split, splitCount));

    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        using var scratch = new Arena();
        var values = new Vector[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            values[i] = Vector.Allocate(scratch, fields.Items[i].Type, column.Length);
            members[i].Fill(ref values[i], scratch, split, splitCount, firstRow);
        }

        var builder = new PackedBuilder();
        var packed = new TextSink(stackalloc byte[512]);
        for (int row = 0; row < column.Length; row++)
        {
            foreach (ref readonly var value in values.AsSpan())
            {
                builder.AppendFrom(value, row);
            }

            packed.Clear();
            builder.WriteStruct(ref packed);
            column.Views[row] = arena.AddString(packed.Written);
        }

        packed.Dispose();
    }
}

/// <summary>Lists of one length: all elements are generated as one column, then packed.</summary>
internal sealed class ListField(SqlType element, DatagenField member, int length) : DatagenField
{
    internal override long RowCount(int split, int splitCount) =>
        length == 0 ? long.MaxValue : member.RowCount(split, splitCount) / length;

    internal override void Fill(ref Vector column, Arena arena, int split, int splitCount, long firstRow)
    {
        using var scratch = new Arena();
        var values = Vector.Allocate(scratch, element, checked(column.Length * length));
        member.Fill(ref values, scratch, split, splitCount, firstRow * length);
        var builder = new PackedBuilder();
        var packed = new TextSink(stackalloc byte[512]);
        for (int row = 0; row < column.Length; row++)
        {
            for (int i = 0; i < length; i++)
            {
                builder.AppendFrom(values, (row * length) + i);
            }

            packed.Clear();
            builder.WriteList(ref packed);
            column.Views[row] = arena.AddString(packed.Written);
        }

        packed.Dispose();
    }
}
