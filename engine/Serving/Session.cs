using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Cursors;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// One client's session: settings, the transaction block it is in, SQL-level prepared statements. A block pins one epoch
/// at BEGIN: all its reads see it. One thread at a time.
/// </summary>
internal sealed class Session : ISession
{
    private readonly Stack<LookupPortal> _lookupPortals = new();
    private ReadPin? _blockPin;

    internal Session(Database database, int id, string user, string databaseName)
    {
        Database = database;
        Id = id;
        Settings = new SessionSettings(user, databaseName);
    }

    public int Id { get; }

    public SessionSettings Settings { get; }

    public TransactionStatus TransactionStatus { get; private set; } = TransactionStatus.Idle;

    public Action<Notice>? NoticeReceived { get; set; }

    internal Database Database { get; }

    internal CursorTable Cursors { get; } = new();

    /// <summary>PREPARE name AS ...</summary>
    internal Dictionary<string, IPreparedStatement> Prepared { get; } = new(StringComparer.Ordinal);

    /// <summary>What the transaction block reads at, or null outside of one.</summary>
    internal ReadPin? BlockPin => _blockPin;

    /// <summary>What expressions of this session see: settings, and the catalog as it stands now.</summary>
    internal SessionValues Values => Settings.Values with { Catalog = Database.Catalog };

    public IPreparedStatement Prepare(Statement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        RefuseInFailedBlock(statement is CommitStatement or RollbackStatement);
        return StatementPreparer.Prepare(this, statement, parameterTypes);
    }

    public IPortal Bind(IPreparedStatement statement, IReadOnlyList<Datum> parameters)
    {
        var executable = (Executable)statement;
        RefuseInFailedBlock(executable.EndsTransaction);
        if (executable.Writes && IsReadOnly)
        {
            throw new SqlException(
                SqlState.ReadOnlySqlTransaction, "cannot execute a write or a definition in a read-only transaction");
        }

        if (executable.Writes && TransactionStatus == TransactionStatus.InBlock)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                "not supported: writes and definitions inside BEGIN ... COMMIT",
                hint: "Run the statement outside a transaction block; each statement is atomic by itself.");
        }

        return executable.Start(this, parameters);
    }

    public ValueTask EndImplicitTransaction(bool failed)
    {
        if (failed && TransactionStatus == TransactionStatus.InBlock)
        {
            TransactionStatus = TransactionStatus.Failed;
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Cursors.Dispose();
        EndBlock();
        while (_lookupPortals.TryPop(out var portal))
        {
            portal.Free();
        }

        Database.Forget(this);
    }

    internal void Notify(string severity, string sqlState, string message, string? hint = null) =>
        NoticeReceived?.Invoke(new Notice(severity, sqlState, message, Hint: hint));

    internal void Begin()
    {
        if (TransactionStatus != TransactionStatus.Idle)
        {
            Notify("WARNING", SqlState.ActiveSqlTransaction, "there is already a transaction in progress");
            return;
        }

        _blockPin = Database.PinPublished();
        TransactionStatus = TransactionStatus.InBlock;
    }

    /// <summary>COMMIT or ROLLBACK; returns the tag to answer with.</summary>
    internal string End(bool commit)
    {
        if (TransactionStatus == TransactionStatus.Idle)
        {
            Notify("WARNING", SqlState.NoActiveSqlTransaction, "there is no transaction in progress");
        }

        bool failed = TransactionStatus == TransactionStatus.Failed;
        Cursors.EndBlock(commit && !failed);
        EndBlock();
        return commit && !failed ? "COMMIT" : "ROLLBACK";
    }

    /// <summary>The epoch a statement reads: the block's, or the newest published one.</summary>
    internal ReadLease LeaseSnapshot() => _blockPin is { } pin
        ? new ReadLease(pin, isOwned: false)
        : new ReadLease(Database.PinPublished(), isOwned: true);

    /// <summary>The same epoch, held apart from the block: it may outlive it.</summary>
    internal ReadLease LeaseOfItsOwn() => new(
        _blockPin is { } pin
            ? Database.PinAt(pin.Tick) ?? throw new SqlException(SqlState.InternalError, "the block's epoch is gone")
            : Database.PinPublished(),
        isOwned: true);

    internal LookupPortal TakeLookupPortal() => _lookupPortals.TryPop(out var portal) ? portal : new LookupPortal(this);

    internal void ReturnLookupPortal(LookupPortal portal) => _lookupPortals.Push(portal);

    private bool IsReadOnly => IsOn("default_transaction_read_only")
        || (TransactionStatus == TransactionStatus.InBlock && IsOn("transaction_read_only"));

    private bool IsOn(string setting) => Settings.Get(setting).ToLowerInvariant() is "on" or "true" or "yes" or "1";

    private void EndBlock()
    {
        TransactionStatus = TransactionStatus.Idle;
        _blockPin?.Dispose();
        _blockPin = null;
    }

    private void RefuseInFailedBlock(bool endsTransaction)
    {
        if (TransactionStatus == TransactionStatus.Failed && !endsTransaction)
        {
            throw new SqlException(
                SqlState.InFailedSqlTransaction,
                "current transaction is aborted, commands ignored until end of transaction block");
        }
    }
}

/// <summary>A statement's hold on an epoch; gives up only a pin of its own.</summary>
internal readonly struct ReadLease(ReadPin pin, bool isOwned) : IDisposable
{
    public ReadPin Pin { get; } = pin;

    public void Dispose()
    {
        if (isOwned)
        {
            Pin.Dispose();
        }
    }
}
