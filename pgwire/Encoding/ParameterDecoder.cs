using System.Buffers.Binary;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Bind's parameter values, text or binary, as values of the statement's parameter types.</summary>
internal static class ParameterDecoder
{
    public static void Decode(
        ref BindMessage message, IReadOnlyList<SqlType> types, Span<Datum> values, SessionValues session)
    {
        var formats = message.ParameterFormats;
        for (int i = 0; i < values.Length; i++)
        {
            bool isPresent = message.NextValue(out var bytes);
            var type = types[i];
            if (!isPresent)
            {
                values[i] = Datum.Null(type);
                continue;
            }

            try
            {
                values[i] = formats.IsBinary(i) ? DecodeBinary(type, bytes) : DecodeText(type, bytes, session);
            }
            catch (SqlException e) when (e.Context is null)
            {
                throw new SqlException(e.SqlState, e.Message, hint: e.Hint, detail: e.Detail)
                {
                    Context = $"portal parameter ${i + 1}",
                };
            }
        }
    }

    private static Datum DecodeText(SqlType type, ReadOnlySpan<byte> bytes, SessionValues session)
    {
        WireText.Validate(bytes);
        return TextParse.Parse(bytes, type, session.Text);
    }

    private static Datum DecodeBinary(SqlType type, ReadOnlySpan<byte> bytes) => type.Id switch
    {
        TypeId.Int32 when bytes.Length == 4 => Datum.OfInt32(BinaryPrimitives.ReadInt32BigEndian(bytes)),
        TypeId.Int64 when bytes.Length == 8 => Datum.OfInt64(BinaryPrimitives.ReadInt64BigEndian(bytes)),
        _ => BinaryParse.Read(bytes, type),
    };
}
