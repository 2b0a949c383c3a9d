using Vectorized.Engine.Columns;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>An open database: one per process or embedding. Any thread.</summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>Opens a session. Errors: 3D000 unknown database, 28000 unknown user.</summary>
    ISession Connect(string user, string database);

    /// <summary>The newest published epoch.</summary>
    long PublishedEpoch { get; }

    /// <summary>Completes with the cause when nothing can be acknowledged any more: the process had better end and say why.</summary>
    Task<Exception> Death { get; }

    /// <summary>What the engine is doing, approximately.</summary>
    DatabaseStatistics ReadStatistics() => default;

    /// <summary>The same in full, as the system relations show it; null: it is not known.</summary>
    DatabaseFacts? ReadFacts() => null;
}

/// <summary>
/// One client's state: settings, transaction, prepared statements' plans. One call at a time (cancellation excepted).
/// Errors are <see cref="SqlException"/>; the caller reports them and goes on.
/// </summary>
public interface ISession : IDisposable
{
    int Id { get; }

    SessionSettings Settings { get; }

    /// <summary>The letter of ReadyForQuery: I idle, T in a block, E in a failed block.</summary>
    TransactionStatus TransactionStatus { get; }

    /// <summary>Messages for the client that are not errors (NOTICE, WARNING); called within the session's own calls.</summary>
    Action<Notice>? NoticeReceived { get; set; }

    /// <summary>Parses a text within what a statement of the session may take of memory (53200 beyond).</summary>
    IReadOnlyList<Statement> Parse(string text, Func<string, IReadOnlyList<Statement>> parse) => parse(text);

    /// <summary>Binds and plans one parsed statement. Parameter types not given (or Unknown) are inferred.</summary>
    IPreparedStatement Prepare(Statement statement, IReadOnlyList<SqlType> parameterTypes);

    /// <summary>Starts an execution. The portal runs on the caller's thread as it is pulled.</summary>
    IPortal Bind(IPreparedStatement statement, IReadOnlyList<Datum> parameters);

    /// <summary>
    /// Whether other statements may follow before <see cref="EndImplicitTransaction"/>: set before each execution. Writes then
    /// wait for its end, seen by this session only. A statement that comes last and alone is published when it is done.
    /// </summary>
    bool MoreFollows
    {
        get => false;
        set => _ = value;
    }

    /// <summary>
    /// Publishes what waits of the implicit transaction if a statement needs that: one that reads a materialized view over a
    /// written table, a definition, FLUSH. To be called before each execution.
    /// </summary>
    ValueTask Settle(IPreparedStatement statement) => default;

    /// <summary>
    /// Ends the implicit transaction (Sync, or the end of a simple query's string). With failed true the work since the last
    /// one is undone where it is undoable and a block becomes failed.
    /// </summary>
    ValueTask EndImplicitTransaction(bool failed);
}

/// <summary>A bound and planned statement; may be executed many times. Replanned when the catalog has changed.</summary>
public interface IPreparedStatement
{
    Statement Statement { get; }

    IReadOnlyList<SqlType> ParameterTypes { get; }

    /// <summary>The result's columns, or null when it returns no rows.</summary>
    IReadOnlyList<ResultColumn>? Columns { get; }

    /// <summary>
    /// True for a plan that runs in microseconds whatever the data (a look-up by key, SET, SHOW): it is executed on the
    /// thread that reads the socket. Others are moved off it first.
    /// </summary>
    bool RunsBriefly => false;

    /// <summary>
    /// True while preparing the same text again would give the same plan (catalog and name resolution unchanged): an
    /// unnamed statement that is parsed again is then kept.
    /// </summary>
    bool IsCurrent => false;
}

/// <summary>A column of a result; TableOid and Attribute are 0 unless it is a plain column of a relation.</summary>
public readonly record struct ResultColumn(string Name, SqlType Type, uint TableOid = 0, short Attribute = 0);

/// <summary>
/// A running execution. For rows: pull <see cref="Next"/> until null. Then <see cref="CommandTag"/> is complete. Disposing
/// early ends it. The snapshot it reads is held until the end or disposal.
/// </summary>
public interface IPortal : IDisposable
{
    IReadOnlyList<ResultColumn>? Columns { get; }

    /// <summary>
    /// The next batch of result rows (weights absent), valid until the next call; null when there are no more. A
    /// statement without rows does its work in the first call, which returns null once its effect is published.
    /// </summary>
    ValueTask<Batch?> Next(CancellationToken cancellation);

    /// <summary>Such as SELECT 5 or INSERT 0 1; valid once Next has returned null.</summary>
    string CommandTag { get; }

    /// <summary>Not null when the statement is COPY FROM STDIN: feed it, then pull Next.</summary>
    ICopyIn? CopyIn { get; }

    /// <summary>Not null when the statement is COPY TO STDOUT: rows come as formatted lines instead of batches.</summary>
    ICopyOut? CopyOut { get; }
}

/// <summary>Receives COPY data in arbitrary pieces.</summary>
public interface ICopyIn
{
    bool IsBinary { get; }

    int ColumnCount { get; }

    /// <summary>Takes a piece, which may end anywhere, even inside a character.</summary>
    void Write(ReadOnlySpan<byte> piece);

    /// <summary>The client is done: the rows become one write. Errors carry CONTEXT with the line.</summary>
    ValueTask Complete(CancellationToken cancellation);

    /// <summary>The client gave up: nothing is written.</summary>
    void Fail(string reason);
}

/// <summary>Produces COPY data.</summary>
public interface ICopyOut
{
    bool IsBinary { get; }

    int ColumnCount { get; }

    /// <summary>The next formatted piece, valid until the next call; empty at the end.</summary>
    ValueTask<ReadOnlyMemory<byte>> Next(CancellationToken cancellation);

    /// <summary>
    /// Where rows end within the last piece (each offset is one past a row's last byte), so that each goes out as one
    /// message, as some clients expect; empty: the piece goes out whole.
    /// </summary>
    ReadOnlyMemory<int> RowEnds => default;
}

/// <summary>As in ReadyForQuery.</summary>
public enum TransactionStatus : byte
{
    Idle = (byte)'I',
    InBlock = (byte)'T',
    Failed = (byte)'E',
}

/// <summary>A message that is not an error.</summary>
public sealed record Notice(string Severity, string SqlState, string Message, string? Detail = null, string? Hint = null);
