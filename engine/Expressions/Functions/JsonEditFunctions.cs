using System.Text.Json;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// jsonb changed: || - #- jsonb_set, jsonb_insert, jsonb_delete_path, jsonb_strip_nulls, jsonb_concat, jsonb_pretty and
/// jsonb_to_array, as PostgreSQL has them, over canonical text.
/// </summary>
internal static class JsonEditFunctions
{
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    private delegate bool RowWriter(JsonEditor editor, ReadOnlySpan<Vector> arguments, int row, ref TextSink sink);

    internal static void Register(FunctionFamily family)
    {
        foreach (string name in new[] { "||", "jsonb_concat" })
        {
            Add(family, name, [SqlType.Jsonb, SqlType.Jsonb], (e, a, row, ref sink) =>
            {
                e.Concatenate(a[0].Bytes(row), a[1].Bytes(row), ref sink);
                return true;
            });
        }

        foreach (string name in new[] { "-", "jsonb_delete" })
        {
            Add(family, name, [SqlType.Jsonb, SqlType.Varchar], (e, a, row, ref sink) =>
            {
                e.Delete(a[0].Bytes(row), a[1].Bytes(row), ref sink);
                return true;
            });
            Add(family, name, [SqlType.Jsonb, SqlType.Int32], (e, a, row, ref sink) =>
            {
                e.Delete(a[0].Bytes(row), a[1].Value<int>(row), ref sink);
                return true;
            });
            Add(family, name, [SqlType.Jsonb, _texts], (e, a, row, ref sink) =>
            {
                e.Delete(a[0].Bytes(row), new PackedList(SqlType.Varchar, a[1].Bytes(row)), ref sink);
                return true;
            });
        }

        foreach (string name in new[] { "#-", "jsonb_delete_path" })
        {
            Add(family, name, [SqlType.Jsonb, _texts], (e, a, row, ref sink) =>
            {
                e.DeletePath(a[0].Bytes(row), new PackedList(SqlType.Varchar, a[1].Bytes(row)), 0, ref sink);
                return true;
            });
        }

        Add(family, "jsonb_set", [SqlType.Jsonb, _texts, SqlType.Jsonb], (e, a, row, ref sink) => Set(e, a, row, true, ref sink));
        Add(family, "jsonb_set", [SqlType.Jsonb, _texts, SqlType.Jsonb, SqlType.Boolean],
            (e, a, row, ref sink) => Set(e, a, row, a[3].Bit(row), ref sink));
        Add(family, "jsonb_insert", [SqlType.Jsonb, _texts, SqlType.Jsonb], (e, a, row, ref sink) => Insert(e, a, row, false, ref sink));
        Add(family, "jsonb_insert", [SqlType.Jsonb, _texts, SqlType.Jsonb, SqlType.Boolean],
            (e, a, row, ref sink) => Insert(e, a, row, a[3].Bit(row), ref sink));
        Add(family, "jsonb_strip_nulls", [SqlType.Jsonb], (e, a, row, ref sink) =>
        {
            e.StripNulls(a[0].Bytes(row), ref sink);
            return true;
        });
        family.Add("jsonb_pretty", [SqlType.Jsonb], SqlType.Varchar, Pretty, canFail: false);
        family.Add("jsonb_to_array", [SqlType.Jsonb], SqlType.ListOf(SqlType.Jsonb), ToArray, nullFree: false);
    }

    private static void Add(FunctionFamily family, string name, SqlType[] parameters, RowWriter write) => family.Add(
        name, parameters, SqlType.Jsonb,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var editor = new JsonEditor();
            var sink = new TextSink(256);
            foreach (int row in c.Active.Rows(n))
            {
                sink.Clear();
                write(editor, a, row, ref sink);
                r.Views[row] = c.Arena.AddString(sink.Written);
            }

            sink.Dispose();
        });

    private static bool Set(JsonEditor editor, ReadOnlySpan<Vector> arguments, int row, bool creates, ref TextSink sink)
    {
        var path = new PackedList(SqlType.Varchar, arguments[1].Bytes(row));
        var edit = creates ? JsonEdit.Put : JsonEdit.Replace;
        editor.Edit(arguments[0].Bytes(row), path, 0, arguments[2].Bytes(row), edit, ref sink);
        return true;
    }

    private static bool Insert(JsonEditor editor, ReadOnlySpan<Vector> arguments, int row, bool after, ref TextSink sink)
    {
        var path = new PackedList(SqlType.Varchar, arguments[1].Bytes(row));
        var edit = after ? JsonEdit.InsertAfter : JsonEdit.InsertBefore;
        editor.Edit(arguments[0].Bytes(row), path, 0, arguments[2].Bytes(row), edit, ref sink);
        return true;
    }

    /// <summary>Four spaces a level, a line a member, as PostgreSQL's.</summary>
    private static void Pretty(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            sink.Clear();
            var json = arguments[0].Bytes(row);
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
            bool afterKey = false;
            bool isFirst = true;
            while (reader.Read())
            {
                bool closes = reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
                if (!afterKey && (closes || reader.CurrentDepth > 0))
                {
                    sink.Write(closes || isFirst ? default : ","u8);
                    sink.WriteByte((byte)'\n');
                    for (int i = 0; i < reader.CurrentDepth; i++)
                    {
                        sink.Write("    "u8);
                    }
                }

                isFirst = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
                afterKey = reader.TokenType == JsonTokenType.PropertyName;
                int start = (int)reader.TokenStartIndex;
                int length = afterKey ? reader.ValueSpan.Length + 2 : (int)reader.BytesConsumed - start;
                sink.Write(json.Slice(start, length));
                sink.Write(afterKey ? ": "u8 : default);
            }

            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    /// <summary>The elements as a list; JSON's null is NULL.</summary>
    private static void ToArray(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var parts = new JsonbParts();
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var json = arguments[0].Bytes(row);
            if (json[0] == (byte)'n')
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            if (json[0] != (byte)'[')
            {
                throw new SqlException(SqlState.InvalidParameterValue, "cannot make an array of JSON that is none");
            }

            parts.Read(json);
            for (int i = 0; i < parts.Count; i++)
            {
                writer.Builder.AppendBytes(json.Slice(parts[i].Start, parts[i].Length));
            }

            writer.Put(ref result, row);
        }
    }
}
