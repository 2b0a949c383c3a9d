using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>jsonb made of SQL values: to_jsonb, jsonb_build_array, jsonb_build_object, jsonb_object.</summary>
internal static class JsonValueFunctions
{
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    internal static void Register(FunctionFamily family)
    {
        family.Add("to_jsonb", [SqlType.Unknown], SqlType.Jsonb, ToJsonb, canFail: false);
        family.Add("row_to_json", [SqlType.StructOf(new StructFields([]))], SqlType.Jsonb, ToJsonb, canFail: false);
        family.Add("jsonb_build_array", [], SqlType.Jsonb, BuildArray, canFail: false);
        family.Add("jsonb_build_array", [SqlType.Unknown], SqlType.Jsonb, BuildArray, canFail: false, strict: false, variadic: true);
        family.Add("jsonb_build_object", [], SqlType.Jsonb, BuildObject, canFail: false);
        family.Add("jsonb_build_object", [SqlType.Unknown], SqlType.Jsonb, BuildObject, strict: false, variadic: true);
        family.Add("jsonb_object", [_texts], SqlType.Jsonb, ObjectOfPairs);
        family.Add("jsonb_object", [_texts, _texts], SqlType.Jsonb, ObjectOfLists);
    }

    private static void ToJsonb(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            sink.Clear();
            JsonbValue.Append(in arguments[0], row, context.Session.Text, ref sink);
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    private static void BuildArray(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            sink.Clear();
            sink.WriteByte((byte)'[');
            for (int i = 0; i < arguments.Length; i++)
            {
                sink.Write(i > 0 ? ", "u8 : default);
                JsonbValue.Append(in arguments[i], row, context.Session.Text, ref sink);
            }

            sink.WriteByte((byte)']');
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    private static void BuildObject(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        if (arguments.Length % 2 != 0)
        {
            throw new SqlException(SqlState.InvalidParameterValue, "argument list must have even number of elements");
        }

        var writer = new JsonObjectWriter(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            writer.Start();
            for (int i = 0; i < arguments.Length; i += 2)
            {
                if (!arguments[i].IsValid(row))
                {
                    throw new SqlException(SqlState.InvalidParameterValue, $"argument {i + 1}: key must not be null");
                }

                writer.Key(in arguments[i], row, context.Session.Text);
                writer.Value(in arguments[i + 1], row, context.Session.Text);
            }

            result.Views[row] = writer.Finish(context.Arena);
        }

        writer.Dispose();
    }

    private static void ObjectOfPairs(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var pairs = new ArrayColumn(arguments[0]);
        var writer = new JsonObjectWriter(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = pairs[row];
            if (list.Count % 2 != 0)
            {
                throw new SqlException(SqlState.ArraySubscriptError, "array must have even number of elements");
            }

            writer.Start();
            for (int i = 0; i < list.Count; i += 2)
            {
                writer.Text(list, i, list, i + 1);
            }

            result.Views[row] = writer.Finish(context.Arena);
        }

        writer.Dispose();
    }

    private static void ObjectOfLists(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var keys = new ArrayColumn(arguments[0]);
        var values = new ArrayColumn(arguments[1]);
        var writer = new JsonObjectWriter(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (keys[row].Count != values[row].Count)
            {
                throw new SqlException(SqlState.ArraySubscriptError, "mismatched array dimensions");
            }

            writer.Start();
            for (int i = 0; i < keys[row].Count; i++)
            {
                writer.Text(keys[row], i, values[row], i);
            }

            result.Views[row] = writer.Finish(context.Arena);
        }

        writer.Dispose();
    }
}
