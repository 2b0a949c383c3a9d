namespace Vectorized.Engine.Types;

/// <summary>A packed map: a packed list of (key, value) rows in the order of the keys, each key once and not null.</summary>
public static class PackedMap
{
    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<SqlType, SqlType> _entryTypes = [];

    /// <summary>The row type of a map's entries: (key, value).</summary>
    public static SqlType EntryType(SqlType map) => _entryTypes.GetValue(
        map, m => SqlType.StructOf(new StructFields([("key", m.Key!), ("value", m.Element!)])));

    public static PackedList Entries(SqlType map, ReadOnlySpan<byte> packed) => new(EntryType(map), packed);

    /// <summary>
    /// Turns a packed list of entries in any order into the packed map, appended to the sink. A null or repeated key is
    /// <see cref="ValueStatus.InvalidText"/>.
    /// </summary>
    public static ValueStatus FromEntries(SqlType map, ReadOnlySpan<byte> packedEntries, ref TextSink sink)
    {
        var entryType = EntryType(map);
        var entries = new PackedList(entryType, packedEntries);
        byte[][] rows = new byte[entries.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            if (entries.IsNull(i) || new PackedStruct(entryType.Fields!, entries.Bytes(i)).IsNull(0))
            {
                return ValueStatus.InvalidText;
            }

            rows[i] = entries.Bytes(i).ToArray();
        }

        Array.Sort(rows, (a, b) => CompareKeys(map, a, b));
        var builder = new PackedBuilder();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0 && CompareKeys(map, rows[i - 1], rows[i]) == 0)
            {
                return ValueStatus.InvalidText;
            }

            builder.AppendBytes(rows[i]);
        }

        builder.WriteList(ref sink);
        return ValueStatus.Ok;
    }

    private static int CompareKeys(SqlType map, byte[] a, byte[] b)
    {
        var fields = EntryType(map).Fields!;
        var left = new PackedStruct(fields, a);
        var right = new PackedStruct(fields, b);
        return map.Key!.Layout == Layout.View
            ? ValueOrder.Compare(map.Key, left.Bytes(0), right.Bytes(0)) : ValueOrder.Compare(map.Key, left.Raw(0), right.Raw(0));
    }
}
