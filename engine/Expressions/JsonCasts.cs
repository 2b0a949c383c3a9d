using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Casts of jsonb: to text as it stands, from text by parsing; to booleans and numbers from a JSON scalar of that kind;
/// from other types by to_jsonb.
/// </summary>
internal static class JsonCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to) => from.Id == TypeId.Jsonb && (to.Id == TypeId.Boolean || to.IsNumber)
        ? new CastKernel(ToScalar, CanFail: true, NullFree: false) : null;

    private static void ToScalar(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var source = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var text = source[row];
            if (text.SequenceEqual("null"u8))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            bool isNumber = text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');
            if (result.Type.Id == TypeId.Boolean ? text[0] is not ((byte)'t' or (byte)'f') : !isNumber)
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"cannot cast jsonb {KindOf(text)} to type {result.Type.Base}");
            }

            var status = Read(text, result.Type, out var raw);
            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Operation(status, result.Type);
            }

            Put(ref result, row, raw);
        }
    }

    /// <summary>Fractions become integers as floats do: halves to the even neighbour.</summary>
    private static ValueStatus Read(ReadOnlySpan<byte> text, SqlType type, out Int128 raw)
    {
        if (!type.IsInteger || text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            return TextParse.TryParseFixed(text, type, TextOptions.Default, out raw);
        }

        raw = 0;
        var status = FloatParser.TryParse(text, out double value);
        double rounded = Math.Round(value, MidpointRounding.ToEven);
        double bound = type.Id switch { TypeId.Int16 => 32768.0, TypeId.Int32 => 2147483648.0, _ => 9223372036854775808.0 };
        if (status != ValueStatus.Ok || rounded >= bound || rounded < -bound)
        {
            return ValueStatus.OutOfRange;
        }

        raw = (long)rounded;
        return ValueStatus.Ok;
    }

    private static void Put(ref Vector result, int row, Int128 raw)
    {
        switch (result.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(result.Bits, row, raw != 0); break;
            case Layout.Fixed2: result.Values<short>()[row] = (short)raw; break;
            case Layout.Fixed4: result.Values<int>()[row] = (int)raw; break;
            case Layout.Fixed8: result.Values<long>()[row] = (long)raw; break;
            default: result.Values<Int128>()[row] = raw; break;
        }
    }

    private static string KindOf(ReadOnlySpan<byte> json) => json.IsEmpty ? "null" : json[0] switch
    {
        (byte)'{' => "object",
        (byte)'[' => "array",
        (byte)'"' => "string",
        (byte)'t' or (byte)'f' => "boolean",
        (byte)'n' => "null",
        _ => "numeric",
    };
}
