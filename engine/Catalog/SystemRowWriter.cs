using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// Writes the rows of a system relation by column name: what a row does not name is NULL, or the column's neutral
/// value where it may not be NULL.
/// </summary>
public sealed class SystemRowWriter
{
    private readonly IReadOnlyList<SystemColumn> _columns;
    private readonly Dictionary<string, int> _byName;
    private readonly BatchBuilder _builder;
    private readonly object?[] _row;

    internal SystemRowWriter(IReadOnlyList<SystemColumn> columns)
    {
        _columns = columns;
        _builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        _row = new object?[columns.Count];
        _byName = columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>A row: (column, value) pairs. Values: bool, any integer, string, float, double, lists of these, null.</summary>
    public void Row(params ReadOnlySpan<(string Column, object? Value)> values)
    {
        Array.Clear(_row);
        foreach (var (column, value) in values)
        {
            if (!_byName.TryGetValue(column, out int index))
            {
                throw new SqlException(SqlState.InternalError, $"the system relation has no column {column}");
            }

            _row[index] = value;
        }

        for (int i = 0; i < _row.Length; i++)
        {
            Append(_builder[i], _columns[i], _row[i]);
        }

        _builder.EndRow();
    }

    internal OwnedBatch Build() => _builder.Build();

    private static void Append(VectorBuilder target, SystemColumn column, object? value)
    {
        if (value is null && !column.NotNull)
        {
            target.AppendNull();
            return;
        }

        ToDatum(column.Type, value).AppendTo(target);
    }

    private static Datum ToDatum(SqlType type, object? value) => type.Layout switch
    {
        Layout.View when type.Id == TypeId.List => TextParse.Parse(ListText(value), type),
        Layout.View => Datum.OfText(type, value switch
        {
            null => "",
            bool yes => yes ? "YES" : "NO",
            _ => value.ToString() ?? "",
        }),
        Layout.Bit => Datum.OfBoolean(value is true),
        _ when type.Id == TypeId.Float32 => Datum.OfFloat32(Convert.ToSingle(value ?? 0, null)),
        _ when type.Id == TypeId.Float64 => Datum.OfFloat64(Convert.ToDouble(value ?? 0, null)),
        _ => Datum.OfRaw(type, Convert.ToInt64(value ?? 0, null)),
    };

    /// <summary>An array literal; the items are numbers or text.</summary>
    private static string ListText(object? value)
    {
        var text = new StringBuilder("{");
        foreach (object? item in (System.Collections.IEnumerable?)value ?? Array.Empty<object>())
        {
            text.Append(text.Length > 1 ? "," : "");
            _ = item is string s
                ? text.Append('"').Append(s.Replace("\\", "\\\\").Replace("\"", "\\\"")).Append('"')
                : text.Append(item ?? "NULL");
        }

        return text.Append('}').ToString();
    }
}
