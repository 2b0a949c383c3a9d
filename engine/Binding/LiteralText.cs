using System.Globalization;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Literals to constants: numbers as they are written, strings as the type their context asks for.</summary>
internal static class LiteralText
{
    /// <summary>
    /// int4 or int8 when it fits, else numeric with exactly the digits written (0.908 is numeric(3,3)), unbounded beyond 38.
    /// </summary>
    public static ScalarExpression Number(string text)
    {
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole))
        {
            var datum = whole <= int.MaxValue ? Datum.OfInt32((int)whole) : Datum.OfInt64(whole);
            return new ConstantExpression(datum, datum.Type);
        }

        return Bounded(text) is { } bounded
            ? bounded
            : new CastExpression(new ConstantExpression(Datum.OfText(text), SqlType.Varchar), SqlType.Numeric);
    }

    /// <summary>
    /// An untyped literal as a value of the type. Where the text means something only in a session (times with zone,
    /// names of objects) it stays a cast.
    /// </summary>
    public static ScalarExpression Read(string text, SqlType type, bool explicitly, int position)
    {
        switch (type.Id)
        {
            case TypeId.Unknown:
                return new ConstantExpression(Datum.OfText(SqlType.Unknown, text), SqlType.Unknown);
            case TypeId.TimestampTz or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace:
            case TypeId.Varchar when type.Precision > 0 && explicitly:
                return new CastExpression(new ConstantExpression(Datum.OfText(text), SqlType.Varchar), type);
            case TypeId.Varchar when type.Precision == 0:
                return new ConstantExpression(Datum.OfText(text), SqlType.Varchar);
            default:
                return new ConstantExpression(Parse(text, type, position), type);
        }
    }

    private static Datum Parse(string text, SqlType type, int position)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var status = TextParse.TryParse(bytes, type, TextOptions.Default, out var value);
        if (status == ValueStatus.Ok)
        {
            return value;
        }

        var error = ValueErrors.Parsing(status, type, bytes);
        throw new SqlException(error.SqlState, error.Message, position, error.Hint, error.Detail);
    }

    /// <summary>Digits, one point, an exponent; null when it has more than 38 digits.</summary>
    private static ConstantExpression? Bounded(string text)
    {
        int exponentAt = text.IndexOfAny(['e', 'E']);
        int exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(
            text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return null;
        }

        string mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int point = mantissa.IndexOf('.');
        string digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        int scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        if (scale < 0)
        {
            if (digits.Length - scale > 38)
            {
                return null;
            }

            digits = digits.Length == 0 ? digits : digits + new string('0', -scale);
            scale = 0;
        }

        int precision = Math.Max(Math.Max(digits.Length, scale), 1);
        if (precision > 38)
        {
            return null;
        }

        var type = SqlType.NumericOf(precision, scale);
        var raw = digits.Length == 0 ? Int128.Zero
            : Int128.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return new ConstantExpression(Datum.OfRaw(type, raw), type);
    }
}
