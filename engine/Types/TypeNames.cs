namespace Vectorized.Engine.Types;

/// <summary>Names of types: as PostgreSQL's format_type prints them, and every spelling users write for them.</summary>
public static class TypeNames
{
    private static readonly Dictionary<string, SqlType> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bool"] = SqlType.Boolean,
        ["boolean"] = SqlType.Boolean,
        ["int2"] = SqlType.Int16,
        ["smallint"] = SqlType.Int16,
        ["int4"] = SqlType.Int32,
        ["int"] = SqlType.Int32,
        ["integer"] = SqlType.Int32,
        ["int8"] = SqlType.Int64,
        ["bigint"] = SqlType.Int64,
        ["serial"] = SqlType.Int64,
        ["bigserial"] = SqlType.Int64,
        ["float4"] = SqlType.Float32,
        ["real"] = SqlType.Float32,
        ["float8"] = SqlType.Float64,
        ["double"] = SqlType.Float64,
        ["float"] = SqlType.Float64,
        ["double precision"] = SqlType.Float64,
        ["numeric"] = SqlType.Numeric,
        ["decimal"] = SqlType.Numeric,
        ["dec"] = SqlType.Numeric,
        ["varchar"] = SqlType.Varchar,
        ["text"] = SqlType.Varchar,
        ["string"] = SqlType.Varchar,
        ["character varying"] = SqlType.Varchar,
        ["bpchar"] = SqlType.Varchar,
        ["char"] = SqlType.Varchar,
        ["character"] = SqlType.Varchar,
        ["bytea"] = SqlType.Bytea,
        ["date"] = SqlType.Date,
        ["time"] = SqlType.Time,
        ["time without time zone"] = SqlType.Time,
        ["timestamp"] = SqlType.Timestamp,
        ["timestamp without time zone"] = SqlType.Timestamp,
        ["timestamptz"] = SqlType.TimestampTz,
        ["timestamp with time zone"] = SqlType.TimestampTz,
        ["interval"] = SqlType.Interval,
        ["uuid"] = SqlType.Uuid,
        ["oid"] = SqlType.Oid,
        ["name"] = SqlType.Name,
        ["\"char\""] = SqlType.InternalChar,
        ["regclass"] = SqlType.RegClass,
        ["regtype"] = SqlType.RegType,
        ["regproc"] = SqlType.RegProc,
        ["regprocedure"] = SqlType.RegProc,
        ["regoper"] = SqlType.Oid,
        ["regoperator"] = SqlType.Oid,
        ["regrole"] = SqlType.Oid,
        ["regconfig"] = SqlType.Oid,
        ["regdictionary"] = SqlType.Oid,
        ["regcollation"] = SqlType.Oid,
        ["regnamespace"] = SqlType.RegNamespace,
        ["jsonb"] = SqlType.Jsonb,
        ["json"] = SqlType.Jsonb,
        ["void"] = SqlType.Void,
        ["unknown"] = SqlType.Unknown,
        ["int2vector"] = SqlType.ListOf(SqlType.Int16),
        ["oidvector"] = SqlType.ListOf(SqlType.Oid),
    };

    /// <summary>A type as SQL writes it, or 42704.</summary>
    public static SqlType Parse(string text) => TryParse(text)
        ?? throw new SqlException(SqlState.UndefinedObject, $"type \"{text}\" does not exist");

    /// <summary>A type as SQL writes it: "double precision", "numeric(10,2)[]", "struct&lt;a int&gt;"; null if unknown.</summary>
    public static SqlType? TryParse(string text) => TypeNameParser.TryParse(text);

    /// <summary>
    /// The type of a single name (internal or SQL spelling, any case) with its modifiers, or null. A modifier that
    /// cannot be honoured is refused (0A000), an impossible one is 22023.
    /// </summary>
    public static SqlType? Find(string name, ReadOnlySpan<int> modifiers)
    {
        if (!_names.TryGetValue(name, out var type) || modifiers.IsEmpty)
        {
            return type is not null && name.Equals("char", StringComparison.OrdinalIgnoreCase)
                || type is not null && name.Equals("character", StringComparison.OrdinalIgnoreCase) ? SqlType.VarcharOf(1) : type;
        }

        switch (type.Id)
        {
            case TypeId.Numeric: return NumericOf(modifiers[0], modifiers.Length > 1 ? modifiers[1] : 0);
            case TypeId.Varchar when modifiers.Length == 1:
                return modifiers[0] > 0 ? SqlType.VarcharOf(modifiers[0])
                    : throw new SqlException(SqlState.InvalidParameterValue, $"length for type {name} must be at least 1");
            case TypeId.Float64 when name.Equals("float", StringComparison.OrdinalIgnoreCase):
                return modifiers[0] switch
                {
                    >= 1 and <= 24 => SqlType.Float32,
                    >= 25 and <= 53 => SqlType.Float64,
                    _ => throw new SqlException(
                        SqlState.InvalidParameterValue, "precision for type float must be between 1 and 53 bits"),
                };
            case TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz or TypeId.Interval:
                return modifiers[0] == 6 ? type : throw new SqlException(
                    SqlState.FeatureNotSupported, $"{name}({modifiers[0]}) is not supported: precision is 6", hint: "Use date_trunc.");
            default: return null;
        }
    }

    /// <summary>A type's name as format_type prints it.</summary>
    public static string Format(SqlType type) => type.Id switch
    {
        TypeId.Unknown => "unknown",
        TypeId.Boolean => "boolean",
        TypeId.Int16 => "smallint",
        TypeId.Int32 => "integer",
        TypeId.Int64 => "bigint",
        TypeId.Float32 => "real",
        TypeId.Float64 => "double precision",
        TypeId.Numeric => type.Precision == 0 ? "numeric" : $"numeric({type.Precision},{type.Scale})",
        TypeId.Varchar => type.Precision == 0 ? "character varying" : $"character varying({type.Precision})",
        TypeId.Bytea => "bytea",
        TypeId.Date => "date",
        TypeId.Time => "time without time zone",
        TypeId.Timestamp => "timestamp without time zone",
        TypeId.TimestampTz => "timestamp with time zone",
        TypeId.Interval => "interval",
        TypeId.Uuid => "uuid",
        TypeId.Oid => "oid",
        TypeId.Name => "name",
        TypeId.InternalChar => "\"char\"",
        TypeId.RegClass => "regclass",
        TypeId.RegType => "regtype",
        TypeId.RegProc => "regproc",
        TypeId.RegNamespace => "regnamespace",
        TypeId.Jsonb => "jsonb",
        TypeId.List => Format(type.Element!) + "[]",
        TypeId.Struct => "struct<" + string.Join(", ", type.Fields!.Items.Select(f => $"{f.Name} {Format(f.Type)}")) + ">",
        TypeId.Map => $"map({Format(type.Key!)},{Format(type.Element!)})",
        TypeId.Void => "void",
        _ => throw new SqlException(SqlState.InternalError, $"type {type.Id} has no name"),
    };

    private static SqlType NumericOf(int precision, int scale)
    {
        if (precision is < 1 or > 1000)
        {
            throw new SqlException(SqlState.InvalidParameterValue, $"NUMERIC precision {precision} must be between 1 and 1000");
        }

        if (scale < 0 || scale > precision)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"NUMERIC scale {scale} must be between 0 and precision {precision}");
        }

        return SqlType.NumericOf(precision, scale);
    }
}
