using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving.Transactions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Where the session stands in its transactions: blocks, and implicit ones without BEGIN.</summary>
internal sealed partial class Session
{
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

    internal void Begin(TransactionModes modes)
    {
        if (TransactionStatus != TransactionStatus.Idle)
        {
            Notify("WARNING", SqlState.ActiveSqlTransaction, "there is already a transaction in progress");
        }
        else
        {
            // What an implicit transaction has written before becomes part of the block, as in PostgreSQL.
            Block ??= new TransactionBlock(Database, MemoryBytes);
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
    internal void BeginImplicitBlock() => Block ??= new TransactionBlock(Database, MemoryBytes);

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

    private bool IsReadOnly => IsOn(
        TransactionStatus == TransactionStatus.Idle ? "default_transaction_read_only" : "transaction_read_only");

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
