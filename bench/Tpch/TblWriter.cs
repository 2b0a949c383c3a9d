using System.Buffers.Text;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// Rows as the standard's own program writes them: values parted and ended by `|`, money with two digits, quantities whole.
/// </summary>
internal static class TblWriter
{
    private const int LineBytesMax = 2048;
    private const int PositionsAtOnce = 4096;
    private const int QuantityColumn = 4;

    internal static string FileName(TpchTable table) => table.ToString().ToLowerInvariant() + ".tbl";

    internal static void Write(TpchGenerator generator, TpchTable table, Stream target)
    {
        using var arena = new Arena();
        long end = generator.PositionCount(table);
        for (long at = 0; at < end; at += PositionsAtOnce)
        {
            Write(generator.Write(arena, table, at, Math.Min(at + PositionsAtOnce, end)), table, target);
            arena.Reset();
        }
    }

    internal static void Write(Batch batch, TpchTable table, Stream target)
    {
        Span<byte> line = stackalloc byte[LineBytesMax];
        for (int row = 0; row < batch.RowCount; row++)
        {
            int length = 0;
            for (int i = 0; i < batch.ColumnCount; i++)
            {
                bool whole = table == TpchTable.LineItem && i == QuantityColumn;
                length += Value(line[length..], in batch[i], row, whole);
                line[length++] = (byte)'|';
            }

            line[length++] = (byte)'\n';
            target.Write(line[..length]);
        }
    }

    private static int Value(Span<byte> target, ref readonly Vector column, int row, bool whole)
    {
        int length;
        switch (column.Type.Id)
        {
            case TypeId.Varchar:
                var bytes = column.Bytes(row);
                bytes.CopyTo(target);
                return bytes.Length;
            case TypeId.Numeric when whole:
                Utf8Formatter.TryFormat(column.Value<long>(row) / 100, target, out length);
                return length;
            case TypeId.Numeric:
                Utf8Formatter.TryFormat(column.Value<long>(row) / 100m, target, out length, new('F', 2));
                return length;
            case TypeId.Date:
                CivilDate.FromDays(column.Value<int>(row), out int year, out int month, out int day);
                Utf8Formatter.TryFormat(year, target, out _, new('D', 4));
                Utf8Formatter.TryFormat(month, target[5..], out _, new('D', 2));
                Utf8Formatter.TryFormat(day, target[8..], out _, new('D', 2));
                target[4] = target[7] = (byte)'-';
                return 10;
            case TypeId.Int64:
                Utf8Formatter.TryFormat(column.Value<long>(row), target, out length);
                return length;
            default:
                Utf8Formatter.TryFormat(column.Value<int>(row), target, out length);
                return length;
        }
    }
}
