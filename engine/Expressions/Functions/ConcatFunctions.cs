using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Strings put together: ||, concat, concat_ws, format, and the quoting functions.</summary>
internal static class ConcatFunctions
{
    internal static void Register(FunctionFamily family)
    {
        family.Add("||", [SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, Concatenate, canFail: false);
        family.Add("||", [SqlType.Bytea, SqlType.Bytea], SqlType.Bytea, Concatenate, canFail: false);
        // Text next to an array of texts is one more element of it.
        family.AddTyped(
            "||", [SqlType.Varchar, SqlType.Unknown],
            types => types[1].Id == TypeId.List ? ArrayConcatFunctions.ListFor(append: false, types[0], types[1]) : SqlType.Varchar,
            ConcatenateCast, strict: false, volatility: Binding.Volatility.Stable);
        family.AddTyped(
            "||", [SqlType.Unknown, SqlType.Varchar],
            types => types[0].Id == TypeId.List ? ArrayConcatFunctions.ListFor(append: true, types[0], types[1]) : SqlType.Varchar,
            ConcatenateCast, strict: false, volatility: Binding.Volatility.Stable);
        family.Add(
            "concat", [SqlType.Unknown], SqlType.Varchar, ConcatenateAny, canFail: false, strict: false, variadic: true,
            volatility: Binding.Volatility.Stable);
        family.Add(
            "concat_ws", [SqlType.Varchar, SqlType.Unknown], SqlType.Varchar, ConcatenateWith, canFail: false, strict: false,
            variadic: true, volatility: Binding.Volatility.Stable);
        family.Add("quote_ident", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<QuotedIdentifier>(), canFail: false);
        family.Add("quote_literal", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<QuotedLiteral>(), canFail: false);
        family.Add("quote_nullable", [SqlType.Varchar], SqlType.Varchar, QuoteNullable, canFail: false, strict: false);
        family.Add(
            "format", [SqlType.Varchar, SqlType.Unknown], SqlType.Varchar, Format, strict: false, variadic: true,
            volatility: Binding.Volatility.Stable);
        family.Add("format", [SqlType.Varchar], SqlType.Varchar, Format);
    }

    private static void Concatenate(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var left = new TextColumn(arguments[0]);
        var right = new TextColumn(arguments[1]);
        var views = result.Views;
        Span<byte> small = stackalloc byte[StringView.InlineBytesMax];
        foreach (int row in context.Active.Rows(rowCount))
        {
            var a = left[row];
            var b = right[row];
            int length = checked(a.Length + b.Length);
            bool inline = length <= StringView.InlineBytesMax;
            int block = 0;
            int offset = 0;
            var target = inline ? small[..length] : context.Arena.ReserveString(length, out block, out offset);
            a.CopyTo(target);
            b.CopyTo(target[a.Length..]);
            views[row] = inline ? StringView.Inline(target) : StringView.Reference(target, block, offset);
        }
    }

    /// <summary>text || any: the other side is cast to text (where true is 'true', in concat it is t).</summary>
    private static void ConcatenateCast(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        if (result.Type.Id == TypeId.List)
        {
            bool atFront = arguments[1].Type.Id == TypeId.List;
            ArrayConcatFunctions.Extend(context, arguments[atFront ? 1 : 0], arguments[atFront ? 0 : 1], atFront, rowCount, ref result);
            return;
        }

        var left = Casts.Apply(context, arguments[0], SqlType.Varchar, rowCount);
        var right = Casts.Apply(context, arguments[1], SqlType.Varchar, rowCount);
        var outer = context.Active;
        if (!left.IsValid(0) && left.Encoding == VectorEncoding.Constant || !right.IsValid(0) && right.Encoding == VectorEncoding.Constant)
        {
            result = TakeKernel.AllNull(SqlType.Varchar, rowCount, context.Arena);
            return;
        }

        BitmapKernel.MergeValidity([left, right], rowCount, context.Arena, ref result);
        context.Active = BitmapKernel.Intersect(outer, BitmapKernel.ValidRows(result), rowCount, context.Arena);
        Concatenate(context, [left, right], rowCount, ref result);
        context.Active = outer;
    }

    /// <summary>The texts of all arguments that are not NULL.</summary>
    private static void ConcatenateAny(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        Join(context, arguments, 0, hasSeparator: false, rowCount, ref result);

    private static void ConcatenateWith(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        Join(context, arguments, 1, hasSeparator: true, rowCount, ref result);

    private static void Join(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, int first, bool hasSeparator, int rowCount, ref Vector result)
    {
        var options = context.Session.Text;
        Span<byte> scratch = stackalloc byte[512];
        var sink = new TextSink(scratch);
        if (hasSeparator && arguments[0].MayHaveNulls)
        {
            result.AddValidity(context.Arena);
        }

        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (hasSeparator && !arguments[0].IsValid(row))
                {
                    Bitmap.Clear(result.Validity, row);
                    continue;
                }

                sink.Clear();
                bool any = false;
                for (int i = first; i < arguments.Length; i++)
                {
                    if (!arguments[i].IsValid(row))
                    {
                        continue;
                    }

                    if (any && hasSeparator)
                    {
                        sink.Write(arguments[0].Bytes(row));
                    }

                    any = true;
                    TextFormat.Append(arguments[i], row, options, ref sink);
                }

                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void QuoteNullable(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            sink.Clear();
            if (arguments[0].IsValid(row))
            {
                QuotedLiteral.Apply(arguments[0].Bytes(row), ref sink);
            }
            else
            {
                sink.Write("NULL"u8);
            }

            result.Views[row] = context.Arena.AddString(sink.Written);
        }

        sink.Dispose();
    }

    /// <summary>%s, %I, %L with an optional position (%2$s) and %%.</summary>
    private static void Format(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        if (arguments[0].MayHaveNulls && result.Validity.IsEmpty)
        {
            result.AddValidity(context.Arena);
        }

        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (!arguments[0].IsValid(row))
                {
                    Bitmap.Clear(result.Validity, row);
                    continue;
                }

                sink.Clear();
                FormatRow(context, arguments, row, ref sink);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void FormatRow(EvaluationContext context, ReadOnlySpan<Vector> arguments, int row, ref TextSink sink)
    {
        var text = arguments[0].Bytes(row);
        int next = 1;
        for (int at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            sink.Write(text[..at]);
            text = text[(at + 1)..];
            int number = 0;
            int digits = 0;
            while (digits < text.Length && digits < 9 && text[digits] is >= (byte)'0' and <= (byte)'9')
            {
                number = (number * 10) + text[digits++] - '0';
            }

            bool positional = digits > 0 && digits < text.Length && text[digits] == (byte)'$';
            if (positional)
            {
                text = text[(digits + 1)..];
            }

            if (text.IsEmpty)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "unterminated format() type specifier");
            }

            byte kind = text[0];
            text = text[1..];
            if (kind == (byte)'%')
            {
                sink.WriteByte(kind);
                continue;
            }

            if (kind is not ((byte)'s' or (byte)'I' or (byte)'L'))
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"unrecognized format() type specifier \"{(char)kind}\"",
                    hint: "For a single \"%\" use \"%%\".");
            }

            int argument = positional ? number : next;
            next = argument + 1;
            if (argument == 0)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "format specifies argument 0, but arguments are numbered from 1");
            }

            if (argument >= arguments.Length)
            {
                throw new SqlException(SqlState.InvalidParameterValue, "too few arguments for format()");
            }

            AppendFormatted(context, arguments[argument], row, kind, ref sink);
        }

        sink.Write(text);
    }

    private static void AppendFormatted(EvaluationContext context, in Vector argument, int row, byte kind, ref TextSink sink)
    {
        if (!argument.IsValid(row))
        {
            switch (kind)
            {
                case (byte)'I':
                    throw new SqlException(SqlState.NullValueNotAllowed, "null values cannot be formatted as an SQL identifier");
                case (byte)'L': sink.Write("NULL"u8); break;
            }

            return;
        }

        if (kind == (byte)'s')
        {
            TextFormat.Append(argument, row, context.Session.Text, ref sink);
            return;
        }

        var value = new TextSink(128);
        TextFormat.Append(argument, row, context.Session.Text, ref value);
        if (kind == (byte)'I')
        {
            QuotedIdentifier.Apply(value.Written, ref sink);
        }
        else
        {
            QuotedLiteral.Apply(value.Written, ref sink);
        }

        value.Dispose();
    }

    /// <summary>Bare when it is a plain lower-case name and no keyword that would need quotes.</summary>
    internal readonly struct QuotedIdentifier : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            bool plain = text.Length > 0 && text[0] is (>= (byte)'a' and <= (byte)'z') or (byte)'_';
            foreach (byte b in text)
            {
                plain &= b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_';
            }

            if (plain && !IsKeyword(Encoding.UTF8.GetString(text)))
            {
                result.Write(text);
                return;
            }

            result.WriteByte((byte)'"');
            WriteDoubled(text, (byte)'"', ref result);
            result.WriteByte((byte)'"');
        }
    }

    private static bool IsKeyword(string word) =>
        Keywords.Find(word) is var keyword && keyword != Keyword.NoKeyword && Keywords.ClassOf(keyword) != KeywordClass.Unreserved;

    /// <summary>In single quotes; backslashes make it an E'' string.</summary>
    internal readonly struct QuotedLiteral : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            bool escapes = text.Contains((byte)'\\');
            result.Write(escapes ? "E'"u8 : "'"u8);
            foreach (byte b in text)
            {
                if (b == (byte)'\'' || (escapes && b == (byte)'\\'))
                {
                    result.WriteByte(b);
                }

                result.WriteByte(b);
            }

            result.WriteByte((byte)'\'');
        }
    }

    private static void WriteDoubled(ReadOnlySpan<byte> text, byte quote, ref TextSink result)
    {
        foreach (byte b in text)
        {
            if (b == quote)
            {
                result.WriteByte(b);
            }

            result.WriteByte(b);
        }
    }
}
