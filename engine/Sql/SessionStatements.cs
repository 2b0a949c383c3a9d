namespace Vectorized.Engine.Sql;

/// <summary>EXPLAIN [ANALYZE] [VERBOSE] | [(options)] statement.</summary>
public sealed record ExplainStatement(SyntaxList<ExplainOption> Options, Statement Target) : Statement;

/// <summary>The target of EXPLAIN [ANALYZE] MATERIALIZED VIEW name: a view that is there.</summary>
public sealed record ExplainedViewStatement(QualifiedName Name) : Statement;

/// <summary>An option of EXPLAIN, name and value in lower case; without a value it is on.</summary>
public sealed record ExplainOption(string Name, string? Value = null) : SyntaxNode;

/// <summary>
/// SET [SESSION | LOCAL] name = | TO values; no values: TO DEFAULT. SET TIME ZONE is timezone, SET NAMES is
/// client_encoding, SET SCHEMA is search_path, SET SESSION AUTHORIZATION is session_authorization, SET ROLE is role.
/// A value is a <see cref="StringLiteral"/> (bare words too), a <see cref="NumberLiteral"/>, one of those under a unary
/// minus, or for timezone an interval literal.
/// </summary>
public sealed record SetStatement(string Name, SyntaxList<Expression> Values, bool Local) : Statement
{
    public bool IsDefault => Values.Count == 0;
}

/// <summary>RESET name; a null name is RESET ALL.</summary>
public sealed record ResetStatement(string? Name) : Statement;

public enum IsolationLevel
{
    ReadUncommitted,
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

/// <summary>What BEGIN and SET TRANSACTION may say; null: not said.</summary>
public sealed record TransactionModes(IsolationLevel? Isolation, bool? ReadOnly, bool? Deferrable) : SyntaxNode;

/// <summary>SET [LOCAL] TRANSACTION modes, or SET SESSION CHARACTERISTICS AS TRANSACTION modes.</summary>
public sealed record SetTransactionStatement(TransactionModes Modes, bool Session) : Statement;

/// <summary>BEGIN or START TRANSACTION.</summary>
public sealed record BeginStatement(TransactionModes Modes) : Statement;

/// <summary>COMMIT or END; <see cref="Chain"/> for AND CHAIN.</summary>
public sealed record CommitStatement(bool Chain) : Statement;

/// <summary>ROLLBACK or ABORT.</summary>
public sealed record RollbackStatement(bool Chain) : Statement;

public sealed record SavepointStatement(string Name) : Statement;

public sealed record ReleaseSavepointStatement(string Name) : Statement;

public sealed record RollbackToSavepointStatement(string Name) : Statement;

/// <summary>PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED.</summary>
public sealed record TwoPhaseStatement(string Verb, string Id) : Statement;

public enum DiscardTarget
{
    All,
    Plans,
    Sequences,
    Temporary,
}

public sealed record DiscardStatement(DiscardTarget Target) : Statement;

public sealed record PrepareStatement(string Name, SyntaxList<TypeName> ParameterTypes, Statement Target) : Statement;

public sealed record ExecuteStatement(string Name, SyntaxList<Expression> Arguments) : Statement;

/// <summary>DEALLOCATE name; null: ALL.</summary>
public sealed record DeallocateStatement(string? Name) : Statement;

/// <summary>DECLARE name CURSOR FOR query.</summary>
public sealed record DeclareCursorStatement(string Name, Query Query) : Statement
{
    public bool Binary { get; init; }

    public bool Insensitive { get; init; }

    /// <summary>SCROLL (true), NO SCROLL (false), neither (null).</summary>
    public bool? Scroll { get; init; }

    public bool Hold { get; init; }
}

public enum SinceKind
{
    /// <summary>No SINCE: from the changes after now.</summary>
    None,
    Full,
    Begin,
    Now,
    ProcTime,
    UnixMilliseconds,
}

/// <summary>DECLARE name SUBSCRIPTION CURSOR FOR subscription [SINCE ...| FULL].</summary>
public sealed record DeclareSubscriptionCursorStatement(
    string Name, QualifiedName Subscription, SinceKind Since) : Statement
{
    /// <summary>For <see cref="SinceKind.UnixMilliseconds"/>.</summary>
    public string? SinceValue { get; init; }
}

public enum FetchDirection
{
    /// <summary>NEXT, and FORWARD with a count.</summary>
    Forward,

    /// <summary>PRIOR, and BACKWARD with a count.</summary>
    Backward,
    Absolute,
    Relative,
}

/// <summary>FETCH or MOVE: <see cref="Count"/> rows in the direction, null: ALL. FIRST is Absolute 1, LAST Absolute -1.
/// </summary>
public sealed record FetchStatement(FetchDirection Direction, long? Count, string Cursor, bool Move) : Statement
{
    /// <summary>WITH (timeout = '1s') of a subscription cursor's FETCH.</summary>
    public SyntaxList<Option> Options { get; init; } = [];
}

/// <summary>CLOSE name; null: ALL.</summary>
public sealed record CloseStatement(string? Cursor) : Statement;

public sealed record ListenStatement(string Channel) : Statement;

/// <summary>UNLISTEN channel; null: *.</summary>
public sealed record UnlistenStatement(string? Channel) : Statement;

public sealed record NotifyStatement(string Channel, string? Payload) : Statement;

/// <summary>LOCK [TABLE] names [IN mode MODE] [NOWAIT]; the mode in upper case.</summary>
public sealed record LockStatement(SyntaxList<QualifiedName> Tables, string Mode, bool NoWait) : Statement;

/// <summary>FLUSH.</summary>
public sealed record FlushStatement : Statement;

/// <summary>WAIT: until background DDL is done.</summary>
public sealed record WaitStatement : Statement;

/// <summary>RECOVER.</summary>
public sealed record RecoverStatement : Statement;

/// <summary>CHECKPOINT.</summary>
public sealed record CheckpointStatement : Statement;

/// <summary>USE database.</summary>
public sealed record UseStatement(string Database) : Statement;

/// <summary>SUBSCRIBE TO (query): the result and then its changes, until the client cancels.</summary>
public sealed record SubscribeStatement(Query Query) : Statement
{
    /// <summary>AS OF epoch: the changes after it, without a snapshot.</summary>
    public long? AsOf { get; init; }

    public SyntaxList<Option> Options { get; init; } = [];
}

/// <summary>KILL process.</summary>
public sealed record KillStatement(string Process) : Statement;

/// <summary>CANCEL JOBS ids.</summary>
public sealed record CancelJobsStatement(SyntaxList<long> Jobs) : Statement;

/// <summary>RESUME kind name [FROM position]: takes a suspended view or source up again, accepting the gap.</summary>
public sealed record ResumeStatement(ObjectKind Kind, QualifiedName Name, Expression? From) : Statement;

/// <summary>VACUUM [FULL] [table].</summary>
public sealed record VacuumStatement(QualifiedName? Table, bool Full) : Statement;

/// <summary>ANALYZE [table].</summary>
public sealed record AnalyzeStatement(SyntaxList<QualifiedName> Tables) : Statement;

/// <summary>REFRESH TABLE name, REFRESH MATERIALIZED VIEW name.</summary>
public sealed record RefreshStatement(ObjectKind Kind, QualifiedName Name) : Statement;
