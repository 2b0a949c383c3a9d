namespace Vectorized.Engine.Types;

/// <summary>
/// PostgreSQL's object ids of types, as clients know them by heart: of a type, of its array, and back. Types PostgreSQL
/// has not (map) go out as text. Any thread.
/// </summary>
public static class TypeOids
{
    public const uint Text = 25;
    public const uint Unknown = 705;
    public const uint Record = 2249;
    public const uint RecordArray = 2287;

    private static readonly (SqlType Type, uint Oid, uint ArrayOid, short Length)[] _builtIn =
    [
        (SqlType.Boolean, 16, 1000, 1),
        (SqlType.Bytea, 17, 1001, -1),
        (SqlType.InternalChar, 18, 1002, 1),
        (SqlType.Name, 19, 1003, 64),
        (SqlType.Int64, 20, 1016, 8),
        (SqlType.Int16, 21, 1005, 2),
        (SqlType.Int32, 23, 1007, 4),
        (SqlType.RegProc, 24, 1008, 4),
        (SqlType.Oid, 26, 1028, 4),
        (SqlType.Float32, 700, 1021, 4),
        (SqlType.Float64, 701, 1022, 8),
        (SqlType.Varchar, 1043, 1015, -1),
        (SqlType.Date, 1082, 1182, 4),
        (SqlType.Time, 1083, 1183, 8),
        (SqlType.Timestamp, 1114, 1115, 8),
        (SqlType.TimestampTz, 1184, 1185, 8),
        (SqlType.Interval, 1186, 1187, 16),
        (SqlType.Numeric, 1700, 1231, -1),
        (SqlType.RegClass, 2205, 2210, 4),
        (SqlType.RegType, 2206, 2211, 4),
        (SqlType.Void, 2278, Text, 4),
        (SqlType.Uuid, 2950, 2951, 16),
        (SqlType.Jsonb, 3802, 3807, -1),
        (SqlType.RegNamespace, 4089, 4090, 4),
        (SqlType.Unknown, Text, 1009, -1),
    ];

    /// <summary>Ids that clients send for types that are another one here.</summary>
    private static readonly (SqlType Type, uint Oid, uint ArrayOid)[] _aliases =
    [
        (SqlType.Unknown, 0, 0),
        (SqlType.Unknown, Unknown, Unknown),
        (SqlType.Varchar, Text, 1009),
        (SqlType.Varchar, 1042, 1014),
        (SqlType.Jsonb, 114, 199),
        (SqlType.RegProc, 2202, 2207),
    ];

    private static readonly Dictionary<TypeId, (uint Oid, uint ArrayOid, short Length)> _byId =
        _builtIn.ToDictionary(t => t.Type.Id, t => (t.Oid, t.ArrayOid, t.Length));

    private static readonly Dictionary<uint, SqlType> _byOid = MakeByOid();

    public static uint Of(SqlType type) => type.Id switch
    {
        TypeId.List => OfArray(type.Element!),
        TypeId.Struct => Record,
        TypeId.Map => Text,
        _ => _byId[type.Id].Oid,
    };

    /// <summary>Bytes of a value as pg_type.typlen says; -1: varying.</summary>
    public static short Length(SqlType type) => _byId.TryGetValue(type.Id, out var entry) ? entry.Length : (short)-1;

    /// <summary>The type modifier: precision and scale of a numeric, length of a varchar, else -1.</summary>
    public static int Modifier(SqlType type) => type.Id switch
    {
        TypeId.Numeric when type.Precision != 0 => ((type.Precision << 16) | (type.Scale & 0x7FF)) + 4,
        TypeId.Varchar when type.Precision != 0 => type.Precision + 4,
        TypeId.List => Modifier(type.Element!),
        _ => -1,
    };

    /// <summary>The type a client means by an id (0: unknown, to be inferred), or null.</summary>
    public static SqlType? Find(uint oid) => _byOid.GetValueOrDefault(oid);

    /// <summary>A list of lists is one array of more dimensions.</summary>
    private static uint OfArray(SqlType element) => element.Id switch
    {
        TypeId.List => OfArray(element.Element!),
        TypeId.Struct => RecordArray,
        TypeId.Map => _byId[TypeId.Unknown].ArrayOid,
        _ => _byId[element.Id].ArrayOid,
    };

    private static Dictionary<uint, SqlType> MakeByOid()
    {
        var map = new Dictionary<uint, SqlType>();
        foreach (var (type, oid, arrayOid) in _aliases)
        {
            map[oid] = type;
            map.TryAdd(arrayOid, SqlType.ListOf(type));
        }

        foreach (var (type, oid, arrayOid, _) in _builtIn)
        {
            map.TryAdd(oid, type);
            map.TryAdd(arrayOid, SqlType.ListOf(type));
        }

        return map;
    }
}
