namespace Vectorized.Engine.Types;

/// <summary>Type names as PostgreSQL's format_type prints them.</summary>
public static class TypeNames
{
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
}
