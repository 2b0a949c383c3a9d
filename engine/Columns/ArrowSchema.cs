using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>Schemas to and from Arrow's FlatBuffers (Schema.fbs; slots by their order there).</summary>
internal static class ArrowSchema
{
    /// <summary>A field as read: its Arrow type, the dictionary's id (-1: none) and codes.</summary>
    internal readonly record struct Column(ArrowField Field, ArrowKind Kind, long DictionaryId, ArrowKind Codes);

    /// <summary>Writes a Schema table; a dictionary field's id is its index.</summary>
    internal static int Write(FlatBufferBuilder builder, IReadOnlyList<ArrowField> fields)
    {
        int[] offsets = new int[fields.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = WriteField(builder, fields[i], i);
        }

        int vector = builder.CreateOffsets(offsets);
        builder.StartTable(4);
        builder.AddOffset(1, vector);
        return builder.EndTable();
    }

    internal static Column[] Read(FlatTable schema)
    {
        if (schema.Int16(0) != 0)
        {
            throw new SqlException(SqlState.FeatureNotSupported, "big-endian Arrow data is not supported");
        }

        var columns = new Column[schema.VectorCount(1)];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = ReadField(schema.VectorTable(1, i));
        }

        return columns;
    }

    private static int WriteField(FlatBufferBuilder builder, ArrowField field, int index)
    {
        var kind = ArrowKind.Of(field.Type);
        int name = builder.CreateString(field.Name);
        int type = WriteType(builder, kind);
        int key = builder.CreateString(ArrowField.TypeKey);
        int value = builder.CreateString(field.Type.ToString());
        builder.StartTable(2);
        builder.AddOffset(0, key);
        builder.AddOffset(1, value);
        int metadata = builder.CreateOffsets([builder.EndTable()]);
        int children = builder.CreateOffsets([]);
        int dictionary = field.IsDictionary ? WriteDictionary(builder, index) : 0;
        builder.StartTable(7);
        builder.AddOffset(0, name);
        builder.Add(1, true);
        builder.Add(2, (byte)kind.Id);
        builder.AddOffset(3, type);
        if (dictionary != 0)
        {
            builder.AddOffset(4, dictionary);
        }

        builder.AddOffset(5, children);
        builder.AddOffset(6, metadata);
        return builder.EndTable();
    }

    private static int WriteDictionary(FlatBufferBuilder builder, int id)
    {
        int codes = WriteType(builder, new ArrowKind(ArrowTypeId.Int, 32, 1));
        builder.StartTable(4);
        builder.Add(0, (long)id);
        builder.AddOffset(1, codes);
        return builder.EndTable();
    }

    private static int WriteType(FlatBufferBuilder builder, ArrowKind kind)
    {
        int zone = kind.Zone is null ? 0 : builder.CreateString(kind.Zone);
        switch (kind.Id)
        {
            case ArrowTypeId.Int:
                builder.StartTable(2);
                builder.Add(0, kind.Width);
                builder.Add(1, kind.Unit == 1);
                break;
            case ArrowTypeId.FloatingPoint:
                builder.StartTable(1);
                builder.Add(0, (short)kind.Width);
                break;
            case ArrowTypeId.Decimal:
                builder.StartTable(3);
                builder.Add(0, kind.Width);
                builder.Add(1, kind.Unit);
                builder.Add(2, 128);
                break;
            case ArrowTypeId.Date:
                builder.StartTable(1);
                builder.Add(0, (short)kind.Unit);
                break;
            case ArrowTypeId.Time:
                builder.StartTable(2);
                builder.Add(0, (short)kind.Unit);
                builder.Add(1, kind.Width);
                break;
            case ArrowTypeId.Timestamp:
                builder.StartTable(2);
                builder.Add(0, (short)kind.Unit);
                if (zone != 0)
                {
                    builder.AddOffset(1, zone);
                }

                break;
            case ArrowTypeId.Interval:
                builder.StartTable(1);
                builder.Add(0, (short)kind.Unit);
                break;
            case ArrowTypeId.FixedSizeBinary:
                builder.StartTable(1);
                builder.Add(0, kind.Width);
                break;
            default:
                builder.StartTable(0);
                break;
        }

        return builder.EndTable();
    }

    private static Column ReadField(FlatTable field)
    {
        string name = field.String(0);
        if (!field.Has(3))
        {
            throw FlatTable.Corrupt($"field \"{name}\" has no type");
        }

        var kind = ReadKind((ArrowTypeId)field.Byte(2), field.Table(3));
        var type = ReadSqlType(field, kind);
        long dictionaryId = -1;
        var codes = new ArrowKind(ArrowTypeId.Int, 32, 1);
        if (field.Has(4))
        {
            var dictionary = field.Table(4);
            dictionaryId = dictionary.Int64(0);
            codes = dictionary.Has(1) ? ReadKind(ArrowTypeId.Int, dictionary.Table(1)) : codes;
        }

        return new Column(new ArrowField(name, type, dictionaryId >= 0), kind, dictionaryId, codes);
    }

    /// <summary>The type our own writer noted, if the column's form is that type's, else what the form says.</summary>
    private static SqlType ReadSqlType(FlatTable field, ArrowKind kind)
    {
        for (int i = 0; i < field.VectorCount(6); i++)
        {
            var pair = field.VectorTable(6, i);
            if (pair.String(0) == ArrowField.TypeKey && TypeNames.TryParse(pair.String(1)) is { } type && ArrowKind.Of(type) == kind)
            {
                return type;
            }
        }

        return kind.ToSqlType();
    }

    private static ArrowKind ReadKind(ArrowTypeId id, FlatTable type) => id switch
    {
        ArrowTypeId.Int => new(id, type.Int32(0), type.Bool(1) ? 1 : 0),
        ArrowTypeId.FloatingPoint => new(id, type.Int16(0)),
        ArrowTypeId.Decimal when type.Int32(2, 128) == 128 => new(id, type.Int32(0), type.Int32(1)),
        ArrowTypeId.Decimal => throw new SqlException(
            SqlState.FeatureNotSupported, $"Arrow decimals of {type.Int32(2)} bits are not supported"),
        ArrowTypeId.Date => new(id, 0, type.Int16(0, 1)),
        ArrowTypeId.Time => new(id, type.Int32(1, 32), type.Int16(0, 1)),
        ArrowTypeId.Timestamp => new(id, 0, type.Int16(0), type.Has(1) ? type.String(1) : null),
        ArrowTypeId.Interval => new(id, 0, type.Int16(0)),
        ArrowTypeId.FixedSizeBinary => new(id, type.Int32(0)),
        _ => new(id),
    };
}
