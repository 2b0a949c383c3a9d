using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>array_to_string (array_join) and string_to_array.</summary>
internal static class ArrayTextFunctions
{
    private static readonly SqlType _anyArray = SqlType.ListOf(SqlType.Unknown);
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    internal static void Register(FunctionFamily family)
    {
        foreach (string name in new[] { "array_to_string", "array_join" })
        {
            family.Add(
                name, [_anyArray, SqlType.Varchar], SqlType.Varchar, Join, canFail: false, strict: false,
                volatility: Binding.Volatility.Stable);
            family.Add(
                name, [_anyArray, SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, Join, canFail: false, strict: false,
                volatility: Binding.Volatility.Stable);
        }

        family.Add("string_to_array", [SqlType.Varchar, SqlType.Varchar], _texts, Split, canFail: false, strict: false);
        family.Add("string_to_array", [SqlType.Varchar, SqlType.Varchar, SqlType.Varchar], _texts, Split, canFail: false, strict: false);
    }

    /// <summary>NULL elements are left out, or shown as the third argument.</summary>
    private static void Join(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        var sink = new TextSink(256);
        result.AddValidity(context.Arena);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            bool showNulls = arguments.Length > 2 && arguments[2].IsValid(row);
            sink.Clear();
            bool any = false;
            JoinList(context, arguments, lists[row], row, showNulls, ref any, ref sink);
            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    private static void JoinList(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, scoped PackedList list, int row, bool showNulls, ref bool any,
        ref TextSink sink)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (!list.IsNull(i) && list.Element.Id == TypeId.List)
            {
                JoinList(context, arguments, new PackedList(list.Element.Element!, list.Bytes(i)), row, showNulls, ref any, ref sink);
                continue;
            }

            if (list.IsNull(i) && !showNulls)
            {
                continue;
            }

            if (any)
            {
                sink.Write(arguments[1].Bytes(row));
            }

            any = true;
            if (list.IsNull(i))
            {
                sink.Write(arguments[2].Bytes(row));
            }
            else if (list.Element.Layout == Layout.View)
            {
                TextFormat.AppendView(list.Element, list.Bytes(i), context.Session.Text, ref sink);
            }
            else
            {
                TextFormat.AppendFixed(list.Element, list.Raw(i), context.Session.Text, ref sink);
            }
        }
    }

    /// <summary>A NULL delimiter splits into characters, an empty one does not split; parts equal to the third argument are NULL.</summary>
    private static void Split(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        ArrayFunctions.Nullable(context, arguments[0], ref result);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var text = arguments[0].Bytes(row);
            bool byCharacter = !arguments[1].IsValid(row);
            var delimiter = byCharacter ? default : arguments[1].Bytes(row);
            while (!text.IsEmpty)
            {
                int length = byCharacter ? Math.Min(Utf8Text.Length(text[0]), text.Length)
                    : delimiter.IsEmpty ? -1 : text.IndexOf(delimiter);
                bool last = length < 0;
                Append(writer.Builder, last ? text : text[..length], arguments, row);
                if (last)
                {
                    break;
                }

                text = text[(length + delimiter.Length)..];
                if (text.IsEmpty && !byCharacter)
                {
                    Append(writer.Builder, text, arguments, row);
                }
            }

            writer.Put(ref result, row);
        }
    }

    private static void Append(PackedBuilder builder, ReadOnlySpan<byte> part, ReadOnlySpan<Vector> arguments, int row)
    {
        if (arguments.Length > 2 && arguments[2].IsValid(row) && part.SequenceEqual(arguments[2].Bytes(row)))
        {
            builder.AppendNull(SqlType.Varchar);
        }
        else
        {
            builder.AppendBytes(part);
        }
    }
}
