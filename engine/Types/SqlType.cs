namespace Vectorized.Engine.Types;

/// <summary>
/// A SQL type with its modifiers. Immutable and compared by value. For numeric, <see cref="Precision"/> 0 means
/// unbounded (form <see cref="NumericForm.Free"/>); for varchar, <see cref="Precision"/> is the length limit or 0.
/// </summary>
public sealed record SqlType
{
    private SqlType(TypeId id, int precision = 0, int scale = 0, SqlType? element = null)
    {
        Id = id;
        Precision = precision;
        Scale = scale;
        Element = element;
    }

    public TypeId Id { get; }

    public int Precision { get; }

    public int Scale { get; }

    /// <summary>The element type of a list; the value type of a map.</summary>
    public SqlType? Element { get; }

    /// <summary>The key type of a map.</summary>
    public SqlType? Key { get; private init; }

    /// <summary>The fields of a struct (row type).</summary>
    public StructFields? Fields { get; private init; }

    public static readonly SqlType Unknown = new(TypeId.Unknown);
    public static readonly SqlType Boolean = new(TypeId.Boolean);
    public static readonly SqlType Int16 = new(TypeId.Int16);
    public static readonly SqlType Int32 = new(TypeId.Int32);
    public static readonly SqlType Int64 = new(TypeId.Int64);
    public static readonly SqlType Float32 = new(TypeId.Float32);
    public static readonly SqlType Float64 = new(TypeId.Float64);

    /// <summary>Unbounded numeric.</summary>
    public static readonly SqlType Numeric = new(TypeId.Numeric);
    public static readonly SqlType Varchar = new(TypeId.Varchar);
    public static readonly SqlType Bytea = new(TypeId.Bytea);
    public static readonly SqlType Date = new(TypeId.Date);
    public static readonly SqlType Time = new(TypeId.Time);
    public static readonly SqlType Timestamp = new(TypeId.Timestamp);
    public static readonly SqlType TimestampTz = new(TypeId.TimestampTz);
    public static readonly SqlType Interval = new(TypeId.Interval);
    public static readonly SqlType Uuid = new(TypeId.Uuid);
    public static readonly SqlType Oid = new(TypeId.Oid);
    public static readonly SqlType Name = new(TypeId.Name);
    public static readonly SqlType InternalChar = new(TypeId.InternalChar);
    public static readonly SqlType RegClass = new(TypeId.RegClass);
    public static readonly SqlType RegType = new(TypeId.RegType);
    public static readonly SqlType RegProc = new(TypeId.RegProc);
    public static readonly SqlType RegNamespace = new(TypeId.RegNamespace);
    public static readonly SqlType Jsonb = new(TypeId.Jsonb);
    public static readonly SqlType Void = new(TypeId.Void);

    public static SqlType NumericOf(int precision, int scale) => new(TypeId.Numeric, precision, scale);

    public static SqlType VarcharOf(int length) => new(TypeId.Varchar, length);

    public static SqlType ListOf(SqlType element) => new(TypeId.List, element: element);

    public static SqlType MapOf(SqlType key, SqlType value) => new(TypeId.Map, element: value) { Key = key };

    public static SqlType StructOf(StructFields fields) => new(TypeId.Struct) { Fields = fields };

    public NumericForm NumericForm => Id != TypeId.Numeric ? NumericForm.None
        : Precision == 0 || Precision > 38 ? NumericForm.Free
        : Precision <= 18 ? NumericForm.Scaled64 : NumericForm.Scaled128;

    public Layout Layout => Id switch
    {
        TypeId.Boolean => Layout.Bit,
        TypeId.Int16 => Layout.Fixed2,
        TypeId.Int32 or TypeId.Float32 or TypeId.Date or TypeId.Oid or TypeId.RegClass or TypeId.RegType
            or TypeId.RegProc or TypeId.RegNamespace => Layout.Fixed4,
        TypeId.Int64 or TypeId.Float64 or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz => Layout.Fixed8,
        TypeId.Numeric => NumericForm == NumericForm.Scaled64 ? Layout.Fixed8 : Layout.Fixed16,
        TypeId.Interval or TypeId.Uuid => Layout.Fixed16,
        _ => Layout.View,
    };

    /// <summary>Bytes a value takes in a column; 0 for <see cref="Layout.Bit"/>.</summary>
    public int Width => Layout switch
    {
        Layout.Bit => 0,
        Layout.Fixed2 => 2,
        Layout.Fixed4 => 4,
        Layout.Fixed8 => 8,
        _ => 16,
    };

    public bool IsInteger => Id is TypeId.Int16 or TypeId.Int32 or TypeId.Int64;

    public bool IsNumber => IsInteger || Id is TypeId.Float32 or TypeId.Float64 or TypeId.Numeric;

    public bool IsText => Id is TypeId.Varchar or TypeId.Name or TypeId.InternalChar or TypeId.Unknown;

    public bool IsOidLike => Id is TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace;

    /// <summary>The type without its modifiers (numeric(p,s) to numeric, varchar(n) to varchar).</summary>
    public SqlType Base => Id is TypeId.Numeric or TypeId.Varchar && Precision != 0
        ? new SqlType(Id) : this;

    /// <summary>The name PostgreSQL's format_type prints.</summary>
    public override string ToString() => TypeNames.Format(this);
}
