using System.Collections.Immutable;
using Vectorized.Engine.Budget;
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
internal sealed partial class Session : ISession
{
    /// <summary>Characters of a text whose syntax tree and plan are worth counting.</summary>
    private const int LargeTextLength = 1 << 16;

    private readonly Stack<LookupPortal> _lookupPortals = new();
    private ulong _seed;
    private bool _isLarge;

    internal Session(Database database, int id, string user, string databaseName)
    {
        Database = database;
        Id = id;
        Settings = new SessionSettings(user, databaseName, database.Catalog.SystemSettings);
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
    internal SessionValues Values => Settings.Values with
    {
        Catalog = Catalog,
        RelationBytes = Database.RelationBytes,
        ClusterId = Database.ClusterId,
    };

    public IReadOnlyList<Statement> Parse(string text, Func<string, IReadOnlyList<Statement>> parse)
    {
        _isLarge = text.Length > LargeTextLength;
        using var use = MemoryAccount.Enter(StatementMemory());
        return parse(text);
    }

    public IPreparedStatement Prepare(Statement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        using var use = MemoryAccount.Enter(StatementMemory());
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
        return StartLoaded(executable, parameters);
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

    /// <summary>Starts a statement; while the state is being loaded it waits for what it reads first.</summary>
    internal IPortal StartLoaded(Executable executable, IReadOnlyList<Datum> parameters) =>
        Database.Lane.Loading is { } loading && executable.Awaits(loading) is { } loaded
            ? new LoadingPortal(this, executable, parameters, loaded)
            : StartNow(executable, parameters);

    internal IPortal StartNow(Executable executable, IReadOnlyList<Datum> parameters)
    {
        using var use = MemoryAccount.Enter(StatementMemory());
        return executable.Start(this, parameters);
    }

    internal void Notify(string severity, string sqlState, string message, string? hint = null) =>
        NoticeReceived?.Invoke(new Notice(severity, sqlState, message, Hint: hint));

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

    /// <summary>What a statement may hold, in bytes; 0: its usual share of the limit.</summary>
    internal long MemoryBytes => SettingTable.ParseMemory(Settings.Get(QueryMemory.Setting));

    /// <summary>Pays for a long text's syntax tree and plan; null for what is short.</summary>
    private QueryMemory? StatementMemory() => _isLarge ? new QueryMemory(Database.Lane.Memory, MemoryBytes, "statement") : null;

    /// <summary>An account for one query.</summary>
    internal QueryMemory NewMemory() => new(Database.Lane.Memory, MemoryBytes);

    /// <summary>A number that no other session has drawn: a seed for one statement's volatile functions.</summary>
    internal ulong NextSeed() => _seed += 0x9E37_79B9_7F4A_7C15;

    internal LookupPortal TakeLookupPortal() => _lookupPortals.TryPop(out var portal) ? portal : new LookupPortal(this);

    internal void ReturnLookupPortal(LookupPortal portal) => _lookupPortals.Push(portal);

    private ReadLease LeasePublished()
    {
        var (published, pin) = Database.Snapshot();
        return new ReadLease(pin, new ReadView(published.Stored, pin.Tick), isOwned: true);
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
