using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Casts of jsonb: to text as it stands, from text by parsing; to booleans and numbers from a JSON scalar of that kind;
/// from other types by to_jsonb.
/// </summary>
internal static class JsonCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to) => from.Id == TypeId.Jsonb
        ? to.Id == TypeId.Boolean || to.IsNumber ? new CastKernel(ToScalar, CanFail: true) : null
        : null;

    private static void ToScalar(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var source = new TextColumn(arguments[0]);
        var numbers = new VectorBuilder(context.Arena, result.Type, rowCount);
        int at = 0;
        foreach (int row in context.Active.Rows(rowCount))
        {
            for (; at < row; at++)
            {
                numbers.AppendNull();
            }

            var text = source[row];
            bool isNumber = text.Length > 0 && text[0] is (byte)'-' or >= (byte)'0' and <= (byte)'9';
            if (result.Type.Id == TypeId.Boolean ? text[0] is not ((byte)'t' or (byte)'f') : !isNumber)
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"cannot cast jsonb {KindOf(text)} to type {result.Type.Base}");
            }

            // Integers are read as numerics first: 1.6::int is 2.
            var readAs = result.Type.IsInteger ? SqlType.Numeric : result.Type;
            var status = TextParse.TryParse(text, readAs, TextOptions.Default, out var value);
            if (status == ValueStatus.Ok && result.Type.IsInteger)
            {
                status = NumericForms.ToInt64(FreeNumeric.FromBits(value.Raw), out long whole);
                value = Datum.OfRaw(result.Type, whole);
                status = status == ValueStatus.Ok && value.Raw != whole ? ValueStatus.OutOfRange : status;
            }

            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Operation(status, result.Type);
            }

            value.AppendTo(numbers);
            at++;
        }

        for (; at < rowCount; at++)
        {
            numbers.AppendNull();
        }

        var type = result.Type;
        result = numbers.Build();
        result.Type = type;
        result.DropValidity();
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
