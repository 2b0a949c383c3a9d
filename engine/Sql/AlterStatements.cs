namespace Vectorized.Engine.Sql;

/// <summary>ALTER kind name action, ....</summary>
public sealed record AlterStatement(
    ObjectKind Kind, ObjectReference Object, SyntaxList<AlterAction> Actions) : Statement
{
    public bool IfExists { get; init; }
}

public abstract record AlterAction : SyntaxNode;

public sealed record AddColumnAction(ColumnDefinition Column, bool IfNotExists) : AlterAction;

public sealed record DropColumnAction(string Column, bool IfExists, bool Cascade) : AlterAction;

public sealed record RenameColumnAction(string Column, string NewName) : AlterAction;

public sealed record AlterColumnTypeAction(string Column, TypeName Type, Expression? Using) : AlterAction;

/// <summary>SET DEFAULT value, or DROP DEFAULT (null).</summary>
public sealed record AlterColumnDefaultAction(string Column, Expression? Value) : AlterAction;

/// <summary>SET NOT NULL or DROP NOT NULL.</summary>
public sealed record AlterColumnNotNullAction(string Column, bool NotNull) : AlterAction;

public sealed record AddConstraintAction(TableConstraint Constraint) : AlterAction;

public sealed record DropConstraintAction(string Constraint, bool IfExists, bool Cascade) : AlterAction;

public sealed record RenameToAction(string NewName) : AlterAction;

public sealed record SetSchemaAction(string Schema) : AlterAction;

public sealed record OwnerToAction(string Owner) : AlterAction;

/// <summary>SWAP WITH other.</summary>
public sealed record SwapWithAction(QualifiedName Other) : AlterAction;

/// <summary>SET name = | TO value [DEFERRED]: parallelism, backfill_rate_limit, retention, resource_group... Also
/// RESET name (then the value is DEFAULT).</summary>
public sealed record SetPropertyAction(string Property, OptionValue Value, bool Deferred) : AlterAction;

/// <summary>SET CONFIG (...).</summary>
public sealed record SetConfigAction(SyntaxList<Option> Options) : AlterAction;

/// <summary>RESET CONFIG (...).</summary>
public sealed record ResetConfigAction(SyntaxList<string> Names) : AlterAction;

public sealed record RefreshSchemaAction : AlterAction;

/// <summary>RESUME: builds a suspended materialized view again.</summary>
public sealed record ResumeAction : AlterAction;

/// <summary>DROP CONNECTOR: the table goes on without it.</summary>
public sealed record DropConnectorAction : AlterAction;

/// <summary>CONNECTOR WITH (...), and CONNECTION's and SECRET's new options: WITH (...) [AS value].</summary>
public sealed record AlterOptionsAction(SyntaxList<Option> Options, Expression? Value = null) : AlterAction;

public sealed record AlterFormatAction(FormatEncode Format) : AlterAction;

public sealed record AlterWatermarkAction(WatermarkDefinition Watermark) : AlterAction;

/// <summary>ALTER MATERIALIZED VIEW name AS query.</summary>
public sealed record AlterQueryAction(Query Query) : AlterAction;

/// <summary>ALTER SOURCE name RESET: forget the upstream position.</summary>
public sealed record ResetSourceAction : AlterAction;

/// <summary>ALTER USER name [WITH] options.</summary>
public sealed record UserOptionsAction(SyntaxList<UserOption> Options) : AlterAction;

/// <summary>ALTER SYSTEM SET name = | TO value, or RESET name (DEFAULT).</summary>
public sealed record AlterSystemStatement(string Name, SyntaxList<Expression> Values) : Statement
{
    /// <summary>SET ... TO DEFAULT, or RESET.</summary>
    public bool IsDefault => Values.Count == 0;
}

/// <summary>ALTER COMPACTION GROUP ids SET name = value, ...: accepted for scripts' sake, without effect.</summary>
public sealed record AlterCompactionGroupStatement(SyntaxList<string> Groups, SyntaxList<Option> Options) : Statement;

/// <summary>COMMENT ON kind name IS 'text' | NULL; for a column the name's last part is the column.</summary>
public sealed record CommentStatement(ObjectKind Kind, ObjectReference Object, string? Text) : Statement;
