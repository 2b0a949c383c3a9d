namespace Vectorized.Engine.Sql;

/// <summary>What stands between the parentheses of CREATE TABLE and CREATE SOURCE.</summary>
public sealed record RelationDefinition : SyntaxNode
{
    public SyntaxList<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>Where `*` stood among the columns (columns taken from upstream go there); null: no star.</summary>
    public int? WildcardAt { get; init; }

    public SyntaxList<TableConstraint> Constraints { get; init; } = [];

    public SyntaxList<WatermarkDefinition> Watermarks { get; init; } = [];
}

/// <summary>
/// A column; the type may be missing (CREATE TABLE ... AS, and columns whose type comes from a schema).
/// </summary>
public sealed record ColumnDefinition(string Name, TypeName? Type) : SyntaxNode
{
    public QualifiedName? Collation { get; init; }

    public SyntaxList<ColumnConstraint> Constraints { get; init; } = [];
}

/// <summary>A constraint or property of one column; <see cref="Name"/> is CONSTRAINT name.</summary>
public abstract record ColumnConstraint : SyntaxNode
{
    public string? Name { get; init; }
}

public sealed record NullConstraint : ColumnConstraint;

public sealed record NotNullConstraint : ColumnConstraint;

public sealed record DefaultConstraint(Expression Value) : ColumnConstraint;

/// <summary>`AS expr` (RisingWave) and `GENERATED ALWAYS AS (expr) STORED`: a computed column.</summary>
public sealed record GeneratedConstraint(Expression Value) : ColumnConstraint;

/// <summary>GENERATED ALWAYS | BY DEFAULT AS IDENTITY.</summary>
public sealed record IdentityConstraint(bool Always) : ColumnConstraint;

public sealed record PrimaryKeyConstraint : ColumnConstraint;

public sealed record UniqueConstraint : ColumnConstraint;

public sealed record CheckConstraint(Expression Condition) : ColumnConstraint;

public sealed record ReferencesConstraint(QualifiedName Table, SyntaxList<Identifier> Columns) : ColumnConstraint;

/// <summary>A constraint of the whole table.</summary>
public abstract record TableConstraint : SyntaxNode
{
    public string? Name { get; init; }
}

public sealed record TablePrimaryKey(SyntaxList<Identifier> Columns) : TableConstraint;

public sealed record TableUnique(SyntaxList<Identifier> Columns) : TableConstraint;

public sealed record TableCheck(Expression Condition) : TableConstraint;

public sealed record TableForeignKey(
    SyntaxList<Identifier> Columns, QualifiedName Table, SyntaxList<Identifier> Referenced) : TableConstraint;

/// <summary>WATERMARK FOR column AS expr [WITH TTL].</summary>
public sealed record WatermarkDefinition(Identifier Column, Expression Value, bool WithTtl) : SyntaxNode;

/// <summary>
/// INCLUDE kind ['inner' [type]] [AS name]: key, timestamp, partition, offset, header 'x', payload...
/// </summary>
public sealed record IncludeColumn(string Kind) : SyntaxNode
{
    /// <summary>The header's name, or the path inside.</summary>
    public string? InnerField { get; init; }

    public TypeName? InnerType { get; init; }

    public Identifier? Alias { get; init; }
}

public enum ConflictBehavior
{
    /// <summary>Not said: the engine's default.</summary>
    Default,
    DoNothing,
    DoUpdateFull,
    DoUpdateIfNotNull,
}

/// <summary>FORMAT f ENCODE e (options) [KEY ENCODE k (options)]; names in lower case.</summary>
public sealed record FormatEncode(string Format, string Encode, SyntaxList<Option> Options) : SyntaxNode
{
    public string? KeyEncode { get; init; }

    public SyntaxList<Option> KeyOptions { get; init; } = [];
}

/// <summary>FROM source TABLE 'schema.table': a table fed by a shared change-data source.</summary>
public sealed record CdcTable(QualifiedName Source, string ExternalTable) : SyntaxNode;

/// <summary>VALIDATE [SECRET s] AS expr of a webhook table.</summary>
public sealed record WebhookValidation(QualifiedName? Secret, Expression Condition) : SyntaxNode;

/// <summary>CREATE TABLE: plain, AS query, with a connector, or over a shared CDC source.</summary>
public sealed record CreateTableStatement(QualifiedName Name, RelationDefinition Definition) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public bool Temporary { get; init; }

    public bool AppendOnly { get; init; }

    public ConflictBehavior OnConflict { get; init; }

    /// <summary>WITH VERSION COLUMN (a, b).</summary>
    public SyntaxList<Identifier> VersionColumns { get; init; } = [];

    public SyntaxList<IncludeColumn> Includes { get; init; } = [];

    public SyntaxList<Option> Options { get; init; } = [];

    public FormatEncode? Format { get; init; }

    public CdcTable? CdcTable { get; init; }

    public WebhookValidation? Webhook { get; init; }

    /// <summary>ENGINE = name, in lower case.</summary>
    public string? Engine { get; init; }

    public Query? Query { get; init; }

    /// <summary>AS query WITH NO DATA.</summary>
    public bool WithNoData { get; init; }
}

public sealed record CreateSourceStatement(QualifiedName Name, RelationDefinition Definition) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public bool Temporary { get; init; }

    public SyntaxList<IncludeColumn> Includes { get; init; } = [];

    public SyntaxList<Option> Options { get; init; } = [];

    public FormatEncode? Format { get; init; }
}
