using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Casts by way of a value's text: to varchar and name through output, from them through input (PostgreSQL's I/O
/// conversions). varchar(n) cuts to n characters, name to 63 bytes, "char" to one.
/// </summary>
internal static class TextCasts
{
    private const int NameBytesMax = 63;

    internal static CastKernel? Find(SqlType from, SqlType to)
    {
        if (from.IsText && to.IsText)
        {
            return new CastKernel(Cut, CanFail: false);
        }

        if (to.IsText)
        {
            return (from.Id, to.Id) == (TypeId.Int32, TypeId.InternalChar) ? new CastKernel(IntegerToChar, CanFail: false)
                : from.Id == TypeId.Boolean ? new CastKernel(FormatBoolean, CanFail: false)
                : new CastKernel(Format, CanFail: false, DependsOnSession: IsSessionText(from));
        }

        if (from.IsText)
        {
            return (from.Id, to.Id) == (TypeId.InternalChar, TypeId.Int32)
                ? new CastKernel(CharToInteger, CanFail: false)
                : new CastKernel(
                    to.Layout == Layout.View ? ParseViews : to.Layout == Layout.Bit ? ParseBits : ParseFixed,
                    CanFail: true, DependsOnSession: IsSessionText(to));
        }

        return from.Id == TypeId.Jsonb || to.Id == TypeId.Jsonb ? JsonCasts.Find(from, to) : null;
    }

    internal static bool IsSessionText(SqlType type) => type.Id switch
    {
        TypeId.TimestampTz or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => true,
        TypeId.List => IsSessionText(type.Element!),
        TypeId.Struct => type.Fields!.Items.Any(f => IsSessionText(f.Type)),
        TypeId.Map => IsSessionText(type.Key!) || IsSessionText(type.Element!),
        _ => false,
    };

    internal static void Format(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var options = context.Session.Text;
        var views = result.Views;
        int limit = Limit(result.Type);
        Span<byte> first = stackalloc byte[256];
        var sink = new TextSink(first);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                TextFormat.Append(arguments[0], row, options, ref sink);
                views[row] = context.Arena.AddString(Cut(sink.Written, result.Type, limit));
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    /// <summary>As a cast, true is 'true', where output writes t.</summary>
    private static void FormatBoolean(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        int limit = Limit(result.Type);
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Views[row] = StringView.Inline(Cut(arguments[0].Bit(row) ? "true"u8 : "false"u8, result.Type, limit));
        }
    }

    /// <summary>Text to text with a shorter limit: a prefix of the same bytes.</summary>
    private static void Cut(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        int limit = Limit(result.Type);
        var source = new TextColumn(arguments[0]);
        var views = result.Views;
        foreach (int row in context.Active.Rows(rowCount))
        {
            views[row] = source.Slice(row, 0, Cut(source[row], result.Type, limit).Length);
        }
    }

    private static void ParseFixed(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var options = context.Session.Text;
        var type = result.Type;
        var source = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var status = TextParse.TryParseFixed(source[row], type, options, out var raw);
            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Parsing(status, type, source[row]);
            }

            switch (type.Layout)
            {
                case Layout.Fixed2: result.Values<short>()[row] = (short)raw; break;
                case Layout.Fixed4: result.Values<int>()[row] = (int)raw; break;
                case Layout.Fixed8: result.Values<long>()[row] = (long)raw; break;
                default: result.Values<Int128>()[row] = raw; break;
            }
        }
    }

    private static void ParseBits(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var source = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var status = BooleanText.TryParse(source[row], out bool value);
            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Parsing(status, SqlType.Boolean, source[row]);
            }

            Bitmap.Put(result.Bits, row, value);
        }
    }

    private static void ParseViews(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var options = context.Session.Text;
        var type = result.Type;
        var source = new TextColumn(arguments[0]);
        Span<byte> first = stackalloc byte[256];
        var sink = new TextSink(first);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                var status = TextParse.TryParseView(source[row], type, options, ref sink);
                if (status != ValueStatus.Ok)
                {
                    throw ValueErrors.Parsing(status, type, source[row]);
                }

                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void IntegerToChar(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            byte value = (byte)arguments[0].Value<int>(row);
            result.Views[row] = value == 0 ? default : StringView.Inline([value]);
        }
    }

    private static void CharToInteger(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Values<int>()[row] = arguments[0].Bytes(row) is [var value, ..] ? (sbyte)value : 0;
        }
    }

    /// <summary>Characters (varchar) or bytes (name, "char") a text type holds; 0: any.</summary>
    private static int Limit(SqlType type) => type.Id switch
    {
        TypeId.Varchar => type.Precision,
        TypeId.Name => NameBytesMax,
        TypeId.InternalChar => 1,
        _ => 0,
    };

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, SqlType type, int limit)
    {
        if (limit == 0 || text.Length <= limit)
        {
            return text;
        }

        if (type.Id == TypeId.Varchar)
        {
            return text[..Utf8Text.OffsetOf(text, limit)];
        }

        int end = limit;
        while (type.Id == TypeId.Name && end > 0 && (text[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return text[..end];
    }
}
