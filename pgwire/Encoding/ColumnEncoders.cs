using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Encoding;

/// <summary>The encoder of each type and format; one shared instance each.</summary>
internal static class ColumnEncoders
{
    private static readonly ColumnEncoder _bytes = new ViewEncoder<NoPrefix>();
    private static readonly ColumnEncoder _jsonbBinary = new ViewEncoder<JsonbPrefix>();
    private static readonly ColumnEncoder _booleanText = new BooleanEncoder((byte)'t', (byte)'f');
    private static readonly ColumnEncoder _booleanBinary = new BooleanEncoder(1, 0);
    private static readonly ColumnEncoder _int16Text = new IntegerTextEncoder<short>();
    private static readonly ColumnEncoder _int32Text = new IntegerTextEncoder<int>();
    private static readonly ColumnEncoder _int64Text = new IntegerTextEncoder<long>();
    private static readonly ColumnEncoder _oidText = new IntegerTextEncoder<uint>();
    private static readonly ColumnEncoder _int16Binary = new FixedEncoder<short, Int16Form>();
    private static readonly ColumnEncoder _int32Binary = new FixedEncoder<int, Int32Form>();
    private static readonly ColumnEncoder _int64Binary = new FixedEncoder<long, Int64Form>();
    private static readonly ColumnEncoder _dateBinary = new FixedEncoder<int, DateForm>();
    private static readonly ColumnEncoder _timestampBinary = new FixedEncoder<long, TimestampForm>();
    private static readonly ColumnEncoder _text = new FormattedEncoder<TextFormatter>();
    private static readonly ColumnEncoder _objectNameText = new FormattedEncoder<ObjectNameFormatter>();
    private static readonly ColumnEncoder _binary = new FormattedEncoder<BinaryFormatter>();

    public static ColumnEncoder For(SqlType type, bool isBinary) => isBinary ? Binary(type) : Text(type);

    private static ColumnEncoder Text(SqlType type) => type.Id switch
    {
        TypeId.Boolean => _booleanText,
        TypeId.Int16 => _int16Text,
        TypeId.Int32 => _int32Text,
        TypeId.Int64 => _int64Text,
        TypeId.Oid => _oidText,
        TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => _objectNameText,
        TypeId.Varchar or TypeId.Name or TypeId.InternalChar or TypeId.Unknown or TypeId.Jsonb => _bytes,
        _ => _text,
    };

    private static ColumnEncoder Binary(SqlType type) => type.Id switch
    {
        TypeId.Boolean => _booleanBinary,
        TypeId.Int16 => _int16Binary,
        TypeId.Int32 or TypeId.Float32 or TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc
            or TypeId.RegNamespace => _int32Binary,
        TypeId.Int64 or TypeId.Float64 or TypeId.Time => _int64Binary,
        TypeId.Date => _dateBinary,
        TypeId.Timestamp or TypeId.TimestampTz => _timestampBinary,
        TypeId.Varchar or TypeId.Name or TypeId.InternalChar or TypeId.Unknown or TypeId.Bytea => _bytes,
        TypeId.Jsonb => _jsonbBinary,
        // Unknown to PostgreSQL, so its oid says text, and its bytes are text.
        TypeId.Map => _text,
        _ => _binary,
    };
}
