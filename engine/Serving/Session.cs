using System.Collections.Immutable;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving.Cursors;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Transactions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// One client's session: settings, the transaction block it is in, SQL-level prepared statements. One thread at a time.
/// </summary>
internal sealed class Session : ISession
{
    private readonly Stack<LookupPortal> _lookupPortals = new();
    private ulong _seed;

    internal Session(Database database, int id, string user, string databaseName)
    {
        Database = database;
        Id = id;
        Settings = new SessionSettings(user, databaseName);
        _seed = database.Host.Random.NextUInt64();
    }

    public int Id { get; }

    public SessionSettings Settings { get; }

    public TransactionStatus TransactionStatus { get; private set; } = TransactionStatus.Idle;

    public Action<Notice>? NoticeReceived { get; set; }

    internal Database Database { get; }

    internal CursorTable Cursors { get; } = new();

    /// <summary>PREPARE name AS ...</summary>
    internal Dictionary<string, IPreparedStatement> Prepared { get; } = new(StringComparer.Ordinal);

    /// <summary>The open transaction block, failed or not; null outside of one.</summary>
    internal TransactionBlock? Block { get; private set; }

    /// <summary>The catalog statements are planned on: the block's, or as it stands now.</summary>
    internal CatalogSnapshot Catalog => Block?.Catalog ?? Database.Catalog;

    internal ImmutableDictionary<int, StoredRelation> Stored => Block?.Stored ?? Database.Stored;

    /// <summary>now() of the next statement.</summary>
    internal long NowMicros => Block?.StartedMicros ?? Database.Host.Clock.WallMicros;

    /// <summary>What expressions of this session see: settings, and the catalog.</summary>
    internal SessionValues Values => Settings.Values with { Catalog = Catalog };

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

        if (executable.IsDefinition && Block is { } block && !IsImplicitBlock)
        {
            RefuseAfterWrites(block);
        }

        Block?.NoteReads(executable.Reads);
        return executable.Start(this, parameters);
    }

    public bool MoreFollows { get; set; }

    public ValueTask Settle(IPreparedStatement statement) =>
        IsImplicitBlock && MustSettle((Executable)statement) ? CommitBlock() : default;

    public ValueTask EndImplicitTransaction(bool failed)
    {
        MoreFollows = false;
        if (failed && TransactionStatus == TransactionStatus.InBlock)
        {
            TransactionStatus = TransactionStatus.Failed;
        }

        if (!IsImplicitBlock)
        {
            return ValueTask.CompletedTask;
        }

        if (!failed)
        {
            return CommitBlock();
        }

        EndBlock(committed: false);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Cursors.Dispose();
        EndBlock(committed: false);
        while (_lookupPortals.TryPop(out var portal))
        {
            portal.Free();
        }

        Database.Forget(this);
    }

    internal void Notify(string severity, string sqlState, string message, string? hint = null) =>
        NoticeReceived?.Invoke(new Notice(severity, sqlState, message, Hint: hint));

    internal void Begin(TransactionModes modes)
    {
        if (TransactionStatus != TransactionStatus.Idle)
        {
            Notify("WARNING", SqlState.ActiveSqlTransaction, "there is already a transaction in progress");
        }
        else
        {
            // What an implicit transaction has written before becomes part of the block, as in PostgreSQL.
            Block ??= new TransactionBlock(Database);
            TransactionStatus = TransactionStatus.InBlock;
            SetReadOnly(IsOn("default_transaction_read_only"));
        }

        SetModes(modes);
    }

    /// <summary>SET TRANSACTION, or the modes of BEGIN.</summary>
    internal void SetModes(TransactionModes modes)
    {
        if (Block is null)
        {
            Notify("WARNING", SqlState.NoActiveSqlTransaction, "SET TRANSACTION can only be used in transaction blocks");
            return;
        }

        if (modes.ReadOnly is { } readOnly)
        {
            SetReadOnly(readOnly);
        }

        if (modes.Isolation is { } isolation)
        {
            SetIsolation(isolation == IsolationLevel.Serializable);
        }
    }

    /// <summary>COMMIT: the block's writes become one tick's; gives the tag. Raises 40001 when another was first.</summary>
    internal async ValueTask<string> Commit(bool chain)
    {
        if (IsImplicitBlock)
        {
            Notify("WARNING", SqlState.NoActiveSqlTransaction, "there is no transaction in progress");
        }
        else if (TransactionStatus != TransactionStatus.InBlock)
        {
            return Rollback(chain);
        }

        await CommitBlock().ConfigureAwait(false);
        Chain(chain);
        return "COMMIT";
    }

    /// <summary>Keeps the writes of an implicit transaction back until it ends; nothing if a block is open.</summary>
    internal void BeginImplicitBlock() => Block ??= new TransactionBlock(Database);

    /// <summary>ROLLBACK, or COMMIT of a block that has failed; gives the tag.</summary>
    internal string Rollback(bool chain)
    {
        if (TransactionStatus == TransactionStatus.Idle)
        {
            Notify("WARNING", SqlState.NoActiveSqlTransaction, "there is no transaction in progress");
        }

        EndBlock(committed: false);
        Chain(chain);
        return "ROLLBACK";
    }

    /// <summary>The epoch a statement reads: the block's with its own writes, or the newest published one.</summary>
    internal ReadLease LeaseSnapshot() => Block is { } block
        ? new ReadLease(block.Pin, block.View, isOwned: false)
        : LeasePublished();

    /// <summary>The same epoch, held apart from the block: it may outlive it.</summary>
    internal ReadLease LeaseOfItsOwn() => Block is not { } block
        ? LeasePublished()
        : new ReadLease(
            Database.PinAt(block.Pin.Tick) ?? throw new SqlException(SqlState.InternalError, "the block's epoch is gone"),
            block.View,
            isOwned: true);

    /// <summary>Rows of a relation, approximately.</summary>
    internal double RowCount(int relationId) =>
        Stored.TryGetValue(relationId, out var relation) ? relation.Arrangements.Sum(a => (double)a.LiveRows) : 0;

    /// <summary>A seed for one statement's volatile functions.</summary>
    internal ulong NextSeed() => _seed += 0x9E37_79B9_7F4A_7C15;

    internal LookupPortal TakeLookupPortal() => _lookupPortals.TryPop(out var portal) ? portal : new LookupPortal(this);

    internal void ReturnLookupPortal(LookupPortal portal) => _lookupPortals.Push(portal);

    /// <summary>A block without BEGIN: the statements of one string, or of a pipeline up to Sync.</summary>
    private bool IsImplicitBlock => Block is not null && TransactionStatus == TransactionStatus.Idle;

    /// <summary>A materialized view shows what is published: within one string of statements it is to show those before.</summary>
    private bool MustSettle(Executable executable) => executable.IsDefinition || executable.Statement is FlushStatement
        || executable.Reads.Any(id => Catalog.Find(id) is CatalogRelation { Kind: RelationKind.MaterializedView }
            && Block!.Tables.Any(t => IsUnder(t.Table.Id, id)));

    private async ValueTask CommitBlock()
    {
        bool committed = false;
        try
        {
            if (Block!.HasWrites)
            {
                using var command = new CommitCommand(Database, Block);
                if (command.Tables.Count > 0)
                {
                    Database.Lane.Enqueue(command);
                    await command.Published.ConfigureAwait(false);
                }
            }

            committed = true;
        }
        finally
        {
            EndBlock(committed);
        }
    }

    private bool IsUnder(int table, int relation) => Catalog.DependentsOf(table).Any(d => d.Id == relation || IsUnder(d.Id, relation));

    private bool IsReadOnly => IsOn(Block is null ? "default_transaction_read_only" : "transaction_read_only");

    private bool IsOn(string setting) => Settings.Get(setting).ToLowerInvariant() is "on" or "true" or "yes" or "1";

    private void SetReadOnly(bool readOnly)
    {
        if (IsOn("transaction_read_only") != readOnly)
        {
            Settings.Set("transaction_read_only", readOnly ? "on" : "off");
        }
    }

    private void SetIsolation(bool isSerializable)
    {
        Block?.SetSerializable(isSerializable);
        string level = isSerializable ? "serializable" : "repeatable read";
        if (Settings.Get("transaction_isolation") != level)
        {
            Settings.Set("transaction_isolation", level);
        }
    }

    private ReadLease LeasePublished()
    {
        var published = Database.Published;
        var pin = Database.PinPublished();
        return new ReadLease(pin, new ReadView(published.Stored, pin.Tick), isOwned: true);
    }

    private void EndBlock(bool committed)
    {
        Cursors.EndBlock(committed);
        TransactionStatus = TransactionStatus.Idle;
        Block?.Dispose();
        Block = null;
        SetReadOnly(IsOn("default_transaction_read_only"));
        SetIsolation(isSerializable: false);
    }

    private void Chain(bool chain)
    {
        if (chain)
        {
            Begin(new TransactionModes(null, null, null));
        }
    }

    /// <summary>A definition takes effect at once: what the block has written before would have to be published with it.</summary>
    private void RefuseAfterWrites(TransactionBlock block)
    {
        if (block.HasWrites)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "not supported: a definition in a transaction block that has written rows",
                hint: "Put definitions first, or COMMIT before them.");
        }

        Notify(
            "NOTICE", SqlState.Warning, "a definition takes effect at once: ROLLBACK does not undo it",
            "The transaction block goes on from the epoch of the definition.");
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
internal readonly struct ReadLease(ReadPin pin, ReadView view, bool isOwned) : IDisposable
{
    public ReadPin Pin { get; } = pin;

    /// <summary>What it shows.</summary>
    public ReadView View { get; } = view;

    public void Dispose()
    {
        if (isOwned)
        {
            Pin.Dispose();
        }
    }
}
