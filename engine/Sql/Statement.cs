namespace Vectorized.Engine.Sql;

/// <summary>Where a statement stands in the parsed string: UTF-16 offsets from 0, the end exclusive, the semicolon
/// and the space around not included.</summary>
public readonly record struct TextSpan(int Start, int End)
{
    public int Length => End - Start;

    public string Of(string sql) => sql[Start..End];
}

/// <summary>One statement. Its text is <see cref="Span"/> of the string it came from.</summary>
public abstract record Statement : SyntaxNode
{
    public TextSpan Span { get; init; }

    public virtual bool Equals(Statement? other) => base.Equals(other);

    public override int GetHashCode() => base.GetHashCode();
}

/// <summary>The kinds of catalog objects that DROP, ALTER, COMMENT, GRANT and SHOW CREATE name.</summary>
public enum ObjectKind
{
    Table,
    Source,
    Sink,
    View,
    MaterializedView,
    Index,
    Schema,
    Database,
    Function,
    Aggregate,
    Procedure,
    Subscription,
    Secret,
    Connection,
    User,
    Role,
    Sequence,
    Type,
    Column,
    Fragment,
}

/// <summary>`name = value` of WITH (...), FORMAT ... (...), SET CONFIG (...): the name may have dots (kept in one
/// string).</summary>
public sealed record Option(string Name, OptionValue Value) : SyntaxNode;

/// <summary>The value of an <see cref="Option"/>.</summary>
public abstract record OptionValue : SyntaxNode;

/// <summary>A string, number, boolean or bare word; <see cref="Quoted"/> tells a string from the rest. A sign belongs
/// to the text.</summary>
public sealed record TextOption(string Text, bool Quoted) : OptionValue;

/// <summary>NULL or DEFAULT.</summary>
public sealed record AbsentOption(bool IsDefault) : OptionValue;

/// <summary>SECRET name [AS FILE | AS TEXT].</summary>
public sealed record SecretOption(QualifiedName Secret, bool AsFile) : OptionValue;

/// <summary>`a -> b, c -> d`, as backfill_order takes it: FIXED (a -> b); also AUTO, NONE as words.</summary>
public sealed record BackfillOrderOption(SyntaxList<BackfillEdge> Edges) : OptionValue;

public sealed record BackfillEdge(QualifiedName First, QualifiedName Then) : SyntaxNode;

/// <summary>SELECT, VALUES, WITH ... and their combinations.</summary>
public sealed record SelectStatement(Query Query) : Statement;
