using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// jsonb taken apart into lists, which UNNEST turns into the rows of jsonb_array_elements, jsonb_each, jsonb_object_keys,
/// jsonb_populate_recordset (see <see cref="SetFunctions"/>); jsonb_populate_record and jsonb_populate_map.
/// </summary>
internal static class JsonListFunctions
{
    private static readonly SqlType _anyRow = SqlType.StructOf(new StructFields([]));
    private static readonly JsonValues _values = new(JsonOptions.Default);

    private delegate void PartWriter(ReadOnlySpan<byte> json, JsonbParts.Part part, PackedBuilder list);

    internal static void Register(FunctionFamily family)
    {
        List(family, SetFunctions.Elements, SqlType.Jsonb, '[', "cannot extract elements from a non-array", Value);
        List(family, SetFunctions.ElementTexts, SqlType.Varchar, '[', "cannot extract elements from a non-array", Text);
        List(family, SetFunctions.Keys, SqlType.Varchar, '{', "cannot call jsonb_object_keys on a non-object", Key);
        List(family, SetFunctions.Members, SetFunctions.MemberType(SqlType.Jsonb), '{', "cannot deconstruct a non-object",
            (j, p, l) => Member(j, p, l, Value));
        List(family, SetFunctions.MemberTexts, SetFunctions.MemberType(SqlType.Varchar), '{', "cannot deconstruct a non-object",
            (j, p, l) => Member(j, p, l, Text));
        family.AddTyped(SetFunctions.Records, [_anyRow, SqlType.Jsonb], t => SqlType.ListOf(t[0]), Records, strict: false);
        family.AddTyped("jsonb_populate_record", [_anyRow, SqlType.Jsonb], t => t[0], Populate, nullFree: false, strict: false);
        family.AddTyped(
            "jsonb_populate_map", [SqlType.MapOf(SqlType.Unknown, SqlType.Unknown), SqlType.Jsonb], t => t[0], Populate,
            nullFree: false, strict: false);
    }

    private static void List(
        FunctionFamily family, string name, SqlType element, char opening, string error, PartWriter write) => family.Add(
            name, [SqlType.Jsonb], SqlType.ListOf(element),
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var texts = new TextColumn(a[0]);
                var parts = new JsonbParts();
                using var writer = new ArrayWriter(c);
                foreach (int row in c.Active.Rows(n))
                {
                    var json = texts[row];
                    if (json[0] != (byte)opening)
                    {
                        throw new SqlException(SqlState.InvalidParameterValue, error);
                    }

                    parts.Read(json);
                    for (int i = 0; i < parts.Count; i++)
                    {
                        write(json, parts[i], writer.Builder);
                    }

                    writer.Put(ref r, row);
                }
            });

    private static void Value(ReadOnlySpan<byte> json, JsonbParts.Part part, PackedBuilder list) =>
        list.AppendBytes(json.Slice(part.Start, part.Length));

    /// <summary>A string's text, null as NULL, anything else as it stands.</summary>
    private static void Text(ReadOnlySpan<byte> json, JsonbParts.Part part, PackedBuilder list)
    {
        var value = json.Slice(part.Start, part.Length);
        if (value[0] == (byte)'"')
        {
            Unquoted(value, list);
        }
        else if (value[0] == (byte)'n')
        {
            list.AppendNull(SqlType.Varchar);
        }
        else
        {
            list.AppendBytes(value);
        }
    }

    private static void Key(ReadOnlySpan<byte> json, JsonbParts.Part part, PackedBuilder list) =>
        Unquoted(json.Slice(part.KeyStart, part.KeyLength), list);

    private static void Unquoted(ReadOnlySpan<byte> quoted, PackedBuilder list)
    {
        var sink = new TextSink(64);
        JsonbParts.Unquote(quoted, ref sink);
        list.AppendBytes(sink.Written);
        sink.Dispose();
    }

    private static void Member(ReadOnlySpan<byte> json, JsonbParts.Part part, PackedBuilder list, PartWriter value)
    {
        var row = PackedBuilder.Rent();
        Key(json, part, row);
        value(json, part, row);
        var sink = new TextSink(128);
        row.WriteStruct(ref sink);
        list.AppendBytes(sink.Written);
        sink.Dispose();
        PackedBuilder.Return(row);
    }

    /// <summary>A row value or map from an object; a field the object lacks is that of the first argument.</summary>
    private static void Populate(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        result.AddValidity(context.Arena);
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            bool hasBase = arguments[0].IsValid(row);
            if (!arguments[1].IsValid(row))
            {
                Bitmap.Put(result.Validity, row, hasBase);
                result.Views[row] = hasBase ? context.Arena.AddString(arguments[0].Bytes(row)) : default;
                continue;
            }

            sink.Clear();
            var json = arguments[1].Bytes(row);
            Read(json, result.Type, ref sink);
            if (hasBase)
            {
                Complete(result.Type, arguments[0].Bytes(row), json, ref sink);
            }

            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    private static void Records(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        result.AddValidity(context.Arena);
        var type = result.Type.Element!;
        var parts = new JsonbParts();
        using var writer = new ArrayWriter(context);
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[1].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var json = arguments[1].Bytes(row);
            if (json[0] != (byte)'[')
            {
                throw new SqlException(SqlState.InvalidParameterValue, "cannot call jsonb_populate_recordset on a non-array");
            }

            parts.Read(json);
            for (int i = 0; i < parts.Count; i++)
            {
                sink.Clear();
                var value = json.Slice(parts[i].Start, parts[i].Length);
                Read(value, type, ref sink);
                if (arguments[0].IsValid(row))
                {
                    Complete(type, arguments[0].Bytes(row), value, ref sink);
                }

                writer.Builder.AppendBytes(sink.Written);
            }

            writer.Put(ref result, row);
        }

        sink.Dispose();
    }

    private static void Read(ReadOnlySpan<byte> json, SqlType type, ref TextSink sink)
    {
        if (json[0] != (byte)'{')
        {
            throw new SqlException(SqlState.InvalidParameterValue, "cannot make a row value of JSON that is no object");
        }

        var status = _values.TryReadDocument(json, type, ref sink);
        if (status != ValueStatus.Ok)
        {
            throw ValueErrors.Parsing(status, type, json);
        }
    }

    /// <summary>Fields that are not in the object come from the row given.</summary>
    private static void Complete(SqlType type, ReadOnlySpan<byte> given, ReadOnlySpan<byte> json, ref TextSink sink)
    {
        if (type.Id != TypeId.Struct)
        {
            return;
        }

        var members = new JsonbParts().Read(json);
        var builder = PackedBuilder.Rent();
        var read = new PackedStruct(type.Fields!, sink.Written);
        var old = new PackedStruct(type.Fields!, given);
        for (int i = 0; i < type.Fields!.Items.Count; i++)
        {
            bool isThere = members.Find(json, System.Text.Encoding.UTF8.GetBytes(type.Fields.Items[i].Name)) >= 0;
            builder.Append(isThere ? read[i] : old[i]);
        }

        byte[] merged = builder.ToStruct();
        PackedBuilder.Return(builder);
        sink.Clear();
        sink.Write(merged);
    }
}
