using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Maps (RisingWave's): map_from_entries, map_from_key_values, map_access and m[k], map_keys, map_values, map_entries,
/// map_length, map_contains, map_cat, map_insert, map_delete. A map's keys are unique, not NULL and in their order.
/// </summary>
internal static class MapFunctions
{
    private static readonly SqlType _any = SqlType.Unknown;
    private static readonly SqlType _anyArray = SqlType.ListOf(SqlType.Unknown);
    private static readonly SqlType _anyMap = SqlType.MapOf(SqlType.Unknown, SqlType.Unknown);

    internal static void Register(FunctionFamily family)
    {
        family.AddTyped(
            BuiltinNames.MapFromKeyValues, [_anyArray, _anyArray], t => SqlType.MapOf(t[0].Element!, t[1].Element!), FromLists);
        family.AddTyped("map_from_entries", [_anyArray], t => OfEntries(t[0]), FromEntries);
        foreach (string name in new[] { "map_access", BuiltinNames.Subscript })
        {
            family.AddTyped(name, [_anyMap, _any], t => t[0].Element!, Access, canFail: false, nullFree: false);
        }

        family.AddTyped(
            "map_keys", [_anyMap], t => SqlType.ListOf(t[0].Key!), (c, a, n, ref r) => Sides(c, a[0], 0, n, ref r), canFail: false);
        family.AddTyped(
            "map_values", [_anyMap], t => SqlType.ListOf(t[0].Element!), (c, a, n, ref r) => Sides(c, a[0], 1, n, ref r), canFail: false);
        family.AddTyped("map_entries", [_anyMap], t => SqlType.ListOf(PackedMap.EntryType(t[0])), Entries, canFail: false);
        family.Add("map_length", [_anyMap], SqlType.Int32, Length, canFail: false);
        family.Add("cardinality", [_anyMap], SqlType.Int32, Length, canFail: false);
        family.Add("map_contains", [_anyMap, _any], SqlType.Boolean, Contains, canFail: false);
        family.AddTyped("map_cat", [_anyMap, _anyMap], t => t[0], Concatenate, strict: false);
        family.AddTyped("map_insert", [_anyMap, _any, _any], t => t[0], Insert, strict: false);
        family.AddTyped("map_delete", [_anyMap, _any], t => t[0], Delete, strict: false);
    }

    private static SqlType OfEntries(SqlType list) => list.Element is { Id: TypeId.Struct, Fields.Items: [var key, var value] }
        ? SqlType.MapOf(key.Type, value.Type)
        : throw new SqlException(SqlState.DatatypeMismatch, $"map_from_entries needs an array of pairs, not {list}");

    private static void FromLists(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var keys = new ArrayColumn(arguments[0]);
        var values = new ArrayColumn(arguments[1]);
        using var writer = new MapWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var k = keys[row];
            var v = values[row];
            if (k.Count != v.Count)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "a map needs as many values as keys");
            }

            for (int i = 0; i < k.Count; i++)
            {
                writer.Entry.AppendFrom(k, i);
                writer.Entry.AppendFrom(v, i);
                writer.EndEntry();
            }

            writer.Put(ref result, row);
        }
    }

    private static void FromEntries(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new MapWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            writer.AppendAll(lists[row]);
            writer.Put(ref result, row);
        }
    }

    private static void Access(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var map = arguments[0].Type;
        var fields = PackedMap.EntryType(map).Fields!;
        foreach (int row in context.Active.Rows(rowCount))
        {
            var entries = PackedMap.Entries(map, arguments[0].Bytes(row));
            int at = Find(entries, fields, in arguments[1], row);
            if (at < 0 || new PackedStruct(fields, entries.Bytes(at)).IsNull(1))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var entry = new PackedStruct(fields, entries.Bytes(at));
            switch (result.Type.Layout)
            {
                case Layout.Bit: Bitmap.Put(result.Bits, row, entry.Raw(1) != 0); break;
                case Layout.Fixed2: result.Values<short>()[row] = (short)entry.Raw(1); break;
                case Layout.Fixed4: result.Values<int>()[row] = (int)entry.Raw(1); break;
                case Layout.Fixed8: result.Values<long>()[row] = (long)entry.Raw(1); break;
                case Layout.Fixed16: result.Values<Int128>()[row] = entry.Raw(1); break;
                default: result.Views[row] = context.Arena.AddString(entry.Bytes(1)); break;
            }
        }
    }

    /// <summary>The entry of a key, or -1. Packed keys are canonical, so equal keys have equal bytes.</summary>
    private static int Find(PackedList entries, StructFields fields, in Vector keys, int row)
    {
        if (!keys.Type.Base.Equals(fields.Items[0].Type.Base))
        {
            throw new SqlException(
                SqlState.DatatypeMismatch, $"a key of type {keys.Type} where the map's are {fields.Items[0].Type}");
        }

        bool isView = keys.Type.Layout == Layout.View;
        for (int i = 0; i < entries.Count; i++)
        {
            var entry = new PackedStruct(fields, entries.Bytes(i));
            if (isView ? entry.Bytes(0).SequenceEqual(keys.Bytes(row)) : entry.Raw(0) == ArrayColumn.CanonicalRaw(keys, row))
            {
                return i;
            }
        }

        return -1;
    }

    private static void Sides(EvaluationContext context, in Vector maps, int side, int rowCount, ref Vector result)
    {
        var fields = PackedMap.EntryType(maps.Type).Fields!;
        var type = fields.Items[side].Type;
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var entries = PackedMap.Entries(maps.Type, maps.Bytes(row));
            for (int i = 0; i < entries.Count; i++)
            {
                var entry = new PackedStruct(fields, entries.Bytes(i));
                if (entry.IsNull(side))
                {
                    writer.Builder.AppendNull(type);
                }
                else if (type.Layout == Layout.View)
                {
                    writer.Builder.AppendBytes(entry.Bytes(side));
                }
                else
                {
                    writer.Builder.AppendRaw(type, entry.Raw(side));
                }
            }

            writer.Put(ref result, row);
        }
    }

    /// <summary>A map is packed as the list of its entries.</summary>
    private static void Entries(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Views[row] = context.Arena.AddString(arguments[0].Bytes(row));
        }
    }

    private static void Length(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Values<int>()[row] = PackedMap.Entries(arguments[0].Type, arguments[0].Bytes(row)).Count;
        }
    }

    private static void Contains(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var fields = PackedMap.EntryType(arguments[0].Type).Fields!;
        foreach (int row in context.Active.Rows(rowCount))
        {
            var entries = PackedMap.Entries(arguments[0].Type, arguments[0].Bytes(row));
            Bitmap.Put(result.Bits, row, Find(entries, fields, in arguments[1], row) >= 0);
        }
    }

    /// <summary>The entries of both, of a key in both the right one's; a NULL map is none, two of them are NULL.</summary>
    private static void Concatenate(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        result.AddValidity(context.Arena);
        var type = result.Type;
        var fields = PackedMap.EntryType(type).Fields!;
        using var writer = new MapWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            bool hasLeft = arguments[0].IsValid(row);
            bool hasRight = arguments[1].IsValid(row);
            if (!hasLeft && !hasRight)
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var left = hasLeft ? PackedMap.Entries(type, arguments[0].Bytes(row)) : default;
            var right = hasRight ? PackedMap.Entries(type, arguments[1].Bytes(row)) : default;
            for (int i = 0; i < left.Count; i++)
            {
                bool isReplaced = false;
                for (int k = 0; k < right.Count && !isReplaced; k++)
                {
                    isReplaced = SameKey(new PackedStruct(fields, left.Bytes(i)), new PackedStruct(fields, right.Bytes(k)));
                }

                if (!isReplaced)
                {
                    writer.Append(left, i);
                }
            }

            writer.AppendAll(right);
            writer.Put(ref result, row);
        }
    }

    private static bool SameKey(PackedStruct a, PackedStruct b) => a.Fields.Items[0].Type.Layout == Layout.View
        ? a.Bytes(0).SequenceEqual(b.Bytes(0)) : a.Raw(0) == b.Raw(0);

    private static void Insert(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        result.AddValidity(context.Arena);
        var fields = PackedMap.EntryType(result.Type).Fields!;
        using var writer = new MapWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var entries = PackedMap.Entries(result.Type, arguments[0].Bytes(row));
            bool hasKey = arguments[1].IsValid(row);
            int at = hasKey ? Find(entries, fields, in arguments[1], row) : -1;
            writer.AppendBut(entries, at);
            if (hasKey)
            {
                writer.Entry.AppendFrom(in arguments[1], row);
                writer.Entry.AppendFrom(in arguments[2], row);
                writer.EndEntry();
            }

            writer.Put(ref result, row);
        }
    }

    private static void Delete(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        result.AddValidity(context.Arena);
        var fields = PackedMap.EntryType(result.Type).Fields!;
        using var writer = new MapWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var entries = PackedMap.Entries(result.Type, arguments[0].Bytes(row));
            writer.AppendBut(entries, arguments[1].IsValid(row) ? Find(entries, fields, in arguments[1], row) : -1);
            writer.Put(ref result, row);
        }
    }
}
