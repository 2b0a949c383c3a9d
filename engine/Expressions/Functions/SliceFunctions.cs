using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Parts of strings: substr, left, right, split_part, the trims. Results share the argument's bytes; nothing is copied
/// but the views. Positions are 1-based characters, bytes for bytea.
/// </summary>
internal static class SliceFunctions
{
    internal static void Register(FunctionFamily family)
    {
        foreach (string name in new[] { "substr", "substring" })
        {
            family.Add(name, [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, From, canFail: false);
            family.Add(name, [SqlType.Varchar, SqlType.Int32, SqlType.Int32], SqlType.Varchar, FromFor);
            family.Add(name, [SqlType.Bytea, SqlType.Int32], SqlType.Bytea, From, canFail: false);
            family.Add(name, [SqlType.Bytea, SqlType.Int32, SqlType.Int32], SqlType.Bytea, FromFor);
        }

        family.Add("left", [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Left, canFail: false);
        family.Add("right", [SqlType.Varchar, SqlType.Int32], SqlType.Varchar, Right, canFail: false);
        family.Add("split_part", [SqlType.Varchar, SqlType.Varchar, SqlType.Int32], SqlType.Varchar, SplitPart);
        Trim(family, "btrim", start: true, end: true);
        Trim(family, "ltrim", start: true, end: false);
        Trim(family, "rtrim", start: false, end: true);
        Trim(family, "trim", start: true, end: true);
    }

    private static void From(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var starts = new FixedColumn<int>(arguments[1]);
        bool isText = result.Type.Id == TypeId.Varchar;
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            views[row] = Part(texts, row, starts[row], long.MaxValue / 2, isText);
        }
    }

    private static void FromFor(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var starts = new FixedColumn<int>(arguments[1]);
        var lengths = new FixedColumn<int>(arguments[2]);
        bool isText = result.Type.Id == TypeId.Varchar;
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (lengths[row] < 0)
            {
                throw new SqlException(SqlState.SubstringError, "negative substring length not allowed");
            }

            views[row] = Part(texts, row, starts[row], lengths[row], isText);
        }
    }

    /// <summary>Characters [start, start + length) counted from 1; what lies before the first does not count.</summary>
    private static StringView Part(in TextColumn texts, int row, int start, long length, bool isText)
    {
        var text = texts[row];
        long end = start + length;
        int first = (int)Math.Clamp(start - 1L, 0, text.Length);
        int count = (int)Math.Clamp(end - 1 - first, 0, text.Length);
        if (!isText || Utf8Text.IsAscii(text))
        {
            return texts.Slice(row, first, Math.Min(count, text.Length - first));
        }

        int from = Utf8Text.OffsetOf(text, first);
        return texts.Slice(row, from, Utf8Text.OffsetOf(text[from..], count));
    }

    private static void Left(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var counts = new FixedColumn<int>(arguments[1]);
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int count = counts[row];
            var text = texts[row];
            int length = count >= 0 ? Utf8Text.OffsetOf(text, count) : Utf8Text.OffsetFromEnd(text, Negated(count));
            views[row] = texts.Slice(row, 0, length);
        }
    }

    private static void Right(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var counts = new FixedColumn<int>(arguments[1]);
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int count = counts[row];
            var text = texts[row];
            int start = count >= 0 ? Utf8Text.OffsetFromEnd(text, count) : Utf8Text.OffsetOf(text, Negated(count));
            views[row] = texts.Slice(row, start, text.Length - start);
        }
    }

    private static int Negated(int count) => count == int.MinValue ? int.MaxValue : -count;

    private static void SplitPart(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var delimiters = new TextColumn(arguments[1]);
        var fields = new FixedColumn<int>(arguments[2]);
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int field = fields[row];
            if (field == 0)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "field position must not be zero");
            }

            var (start, length) = Field(texts[row], delimiters[row], field);
            views[row] = texts.Slice(row, start, length);
        }
    }

    /// <summary>The field at a 1-based index, counted from the end when negative; empty when there are fewer.</summary>
    private static (int Start, int Length) Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiter, int field)
    {
        if (delimiter.IsEmpty)
        {
            return field is 1 or -1 ? (0, text.Length) : (0, 0);
        }

        if (field > 0)
        {
            int start = 0;
            while (true)
            {
                int length = delimiter.Length == 1 ? text[start..].IndexOf(delimiter[0]) : text[start..].IndexOf(delimiter);
                if (--field == 0)
                {
                    return (start, length < 0 ? text.Length - start : length);
                }

                if (length < 0)
                {
                    return (0, 0);
                }

                start += length + delimiter.Length;
            }
        }

        int end = text.Length;
        while (true)
        {
            int at = text[..end].LastIndexOf(delimiter);
            if (++field == 0)
            {
                int start = at < 0 ? 0 : at + delimiter.Length;
                return (start, end - start);
            }

            if (at < 0)
            {
                return (0, 0);
            }

            end = at;
        }
    }

    private static void Trim(FunctionFamily family, string name, bool start, bool end)
    {
        family.Add(
            name, [SqlType.Varchar], SqlType.Varchar,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var texts = new TextColumn(a[0]);
                foreach (int row in c.Active.Rows(n))
                {
                    r.Views[row] = Trimmed(texts, row, " "u8, start, end, isText: true);
                }
            },
            canFail: false);
        foreach (var type in new[] { SqlType.Varchar, SqlType.Bytea })
        {
            family.Add(
                name, [type, type], type,
                (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                {
                    var texts = new TextColumn(a[0]);
                    var sets = new TextColumn(a[1]);
                    foreach (int row in c.Active.Rows(n))
                    {
                        r.Views[row] = Trimmed(texts, row, sets[row], start, end, type.Id == TypeId.Varchar);
                    }
                },
                canFail: false);
        }
    }

    private static StringView Trimmed(in TextColumn texts, int row, ReadOnlySpan<byte> set, bool start, bool end, bool isText)
    {
        var text = texts[row];
        int from = 0;
        int to = text.Length;
        if (!isText || Utf8Text.IsAscii(set))
        {
            from = start ? text.IndexOfAnyExcept(set) : 0;
            from = from < 0 ? to : from;
            to = end ? text[from..].LastIndexOfAnyExcept(set) + 1 + from : to;
            return texts.Slice(row, from, to - from);
        }

        while (start && from < to)
        {
            int length = Utf8Text.Length(text[from]);
            if (!Contains(set, text.Slice(from, length)))
            {
                break;
            }

            from += length;
        }

        while (end && to > from)
        {
            int at = Utf8Text.OffsetFromEnd(text[..to], 1);
            if (!Contains(set, text[at..to]))
            {
                break;
            }

            to = at;
        }

        return texts.Slice(row, from, to - from);
    }

    /// <summary>Whether a set of characters holds one: a whole character is found only at a character's start.</summary>
    private static bool Contains(ReadOnlySpan<byte> set, ReadOnlySpan<byte> character) => set.IndexOf(character) >= 0;
}
