using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions.JsonPaths;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// jsonb_path_exists, jsonb_path_match, jsonb_path_query_array, jsonb_path_query_first, and the list that
/// jsonb_path_query unnests; @? and @@. (json, path [, variables [, silent]]), a path being text.
/// </summary>
internal static class JsonPathFunctions
{
    private delegate bool RowAction(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row);

    internal static void Register(FunctionFamily family)
    {
        Add(family, "jsonb_path_exists", SqlType.Boolean, Exists);
        Add(family, "jsonb_path_match", SqlType.Boolean, Match);
        Add(family, "jsonb_path_query_array", SqlType.Jsonb, Array);
        Add(family, "jsonb_path_query_first", SqlType.Jsonb, First);
        Add(family, SetFunctions.PathItems, SqlType.ListOf(SqlType.Jsonb), List);
        Operator(family, "@?", Exists);
        Operator(family, "@@", Match);
    }

    private static void Add(FunctionFamily family, string name, SqlType result, RowAction action)
    {
        SqlType[][] shapes =
        [
            [SqlType.Jsonb, SqlType.Varchar],
            [SqlType.Jsonb, SqlType.Varchar, SqlType.Jsonb],
            [SqlType.Jsonb, SqlType.Varchar, SqlType.Jsonb, SqlType.Boolean],
        ];
        foreach (var parameters in shapes)
        {
            family.Add(
                name, parameters, result,
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Run(c, a, n, alwaysSilent: false, action, ref r),
                nullFree: false);
        }
    }

    private static void Operator(FunctionFamily family, string symbol, RowAction action) => family.Add(
        symbol, [SqlType.Jsonb, SqlType.Varchar], SqlType.Boolean,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Run(c, a, n, alwaysSilent: true, action, ref r),
        nullFree: false);

    private static void Run(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, bool alwaysSilent, RowAction action, ref Vector result)
    {
        var paths = new TextColumn(arguments[1]);
        JsonPath? path = null;
        ReadOnlySpan<byte> last = default;
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (path is null || !paths[row].SequenceEqual(last))
            {
                last = paths[row];
                path = PathParser.Parse(System.Text.Encoding.UTF8.GetString(last));
            }

            bool isSilent = alwaysSilent || (arguments.Length > 3 && arguments[3].Bit(row));
            var root = Element(arguments[0].Bytes(row));
            JsonElement? variables = arguments.Length > 2 ? Element(arguments[2].Bytes(row)) : null;
            bool isPresent;
            try
            {
                isPresent = action(new PathEvaluator(path, root, variables), context, ref result, row);
            }
            catch (SqlException e) when (isSilent && e.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                // What silent means: errors of the path are no answer.
                isPresent = false;
            }

            if (!isPresent)
            {
                Bitmap.Clear(result.Validity, row);
            }
        }
    }

    private static bool Exists(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row)
    {
        Bitmap.Put(result.Bits, row, evaluator.Run().Count > 0);
        return true;
    }

    private static bool Match(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row)
    {
        bool? match = evaluator.Match();
        Bitmap.Put(result.Bits, row, match == true);
        return match is not null;
    }

    private static bool First(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row)
    {
        var items = evaluator.Run();
        if (items.Count == 0)
        {
            return false;
        }

        var sink = new TextSink(128);
        Append(items[0], ref sink);
        result.Views[row] = context.Arena.AddString(sink.Written);
        sink.Dispose();
        return true;
    }

    private static bool Array(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row)
    {
        var sink = new TextSink(256);
        sink.WriteByte((byte)'[');
        foreach (var item in evaluator.Run())
        {
            sink.Write(sink.Position > 1 ? ", "u8 : default);
            Append(item, ref sink);
        }

        sink.WriteByte((byte)']');
        result.Views[row] = context.Arena.AddString(sink.Written);
        sink.Dispose();
        return true;
    }

    private static bool List(PathEvaluator evaluator, EvaluationContext context, ref Vector result, int row)
    {
        var items = evaluator.Run();
        using var writer = new ArrayWriter(context);
        var sink = new TextSink(128);
        foreach (var item in items)
        {
            sink.Clear();
            Append(item, ref sink);
            writer.Builder.AppendBytes(sink.Written);
        }

        sink.Dispose();
        writer.Put(ref result, row);
        return true;
    }

    private static void Append(JsonElement item, ref TextSink sink) =>
        JsonbValue.AppendSorted(System.Text.Encoding.UTF8.GetBytes(item.GetRawText()), ref sink);

    private static JsonElement Element(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        return JsonElement.ParseValue(ref reader);
    }
}
