using System.Collections.Immutable;
using Vectorized.Engine.Budget;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving.Transactions;

/// <summary>
/// An open transaction block: one epoch with its catalog, pinned at BEGIN, and over it the block's own writes. All its reads
/// see that (snapshot isolation; Berenson et al., A Critique of ANSI SQL Isolation Levels, 1995); COMMIT is one tick
/// record, refused (40001) when somebody else has changed a row the block has written, too: the first to commit wins.
/// At SERIALIZABLE it is refused, too, when a table the block has read, itself or under a view, has been written since: what
/// it read then still holds at the tick it commits in. The session's thread only.
/// </summary>
internal sealed class TransactionBlock : IDisposable
{
    private readonly Database _database;
    private readonly QueryMemory _memory;
    private readonly StateContext _state = StateContext.Private();
    private readonly SortedDictionary<int, TableOverlay> _tables = [];
    private readonly HashSet<int> _readTables = [];
    private bool _isSerializable;
    private long _statement;
    private long _lastRowId;

    /// <param name="database">The database.</param>
    /// <param name="memoryBytes">What its writes may take; 0: a statement's usual share.</param>
    internal TransactionBlock(Database database, long memoryBytes)
    {
        _memory = new QueryMemory(database.Lane.Memory, memoryBytes, "transaction");
        _database = database;
        StartedMicros = database.Host.Clock.WallMicros;
        (var published, Pin) = database.Snapshot();
        (Catalog, Stored) = (published.Catalog, published.Stored);
    }

    internal CatalogSnapshot Catalog { get; private set; }

    internal ImmutableDictionary<int, StoredRelation> Stored { get; private set; }

    internal ReadPin Pin { get; private set; }

    /// <summary>now() of every statement of the block.</summary>
    internal long StartedMicros { get; }

    /// <summary>Something was written (and perhaps taken back).</summary>
    internal bool HasWrites => _statement > 0;

    /// <summary>Tables written or to be checked, by id.</summary>
    internal IEnumerable<TableOverlay> Tables => _tables.Values;

    /// <summary>What the next statement reads.</summary>
    internal ReadView View => new(Stored, Pin.Tick, this, _statement);

    /// <summary>The number of the last writing statement.</summary>
    internal long Statement => _statement;

    /// <summary>At SERIALIZABLE: the tables the block has read so far, views followed down to theirs.</summary>
    internal IReadOnlyCollection<int> ReadTables => _isSerializable ? _readTables : [];

    /// <summary>The epoch of the first of them; a definition within the block moves it on for later reads only.</summary>
    internal long ReadEpoch { get; private set; }

    internal void SetSerializable(bool isSerializable) => _isSerializable = isSerializable;

    /// <summary>A statement reads these relations.</summary>
    internal void NoteReads(IReadOnlyCollection<int> relations)
    {
        foreach (int id in relations)
        {
            NoteRead(id);
        }
    }

    internal TableOverlay? Find(int tableId) => _tables.GetValueOrDefault(tableId);

    /// <summary>Takes in the ordered changes of one statement; later statements see them.</summary>
    internal void Write(CatalogRelation table, Batch changes)
    {
        using var use = MemoryAccount.Enter(_memory);
        Overlay(table).Apply(changes, ++_statement);
    }

    /// <summary>COMMIT of writes needs these rows to stand as they do (SELECT ... FOR UPDATE).</summary>
    internal void Check(CatalogRelation table, Batch rows) => Overlay(table).Check(rows, _statement + 1);

    /// <summary>
    /// What new rows get for the time of the block: ids of a table without primary key, downwards from -1, and the block's
    /// start as their arrival. COMMIT gives the real ones.
    /// </summary>
    internal void Join(CatalogRelation table, Batch rows)
    {
        TableRows.FillArrivalTimes(table, rows, StartedMicros);
        if (table.RowIdColumn < 0)
        {
            return;
        }

        var ids = rows[table.RowIdColumn].Values<long>();
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = --_lastRowId;
        }
    }

    /// <summary>
    /// Moves on to the newest epoch and catalog: after a definition, which is a transaction of its own. Nothing may have
    /// been written.
    /// </summary>
    internal void Renew()
    {
        Pin.Dispose();
        (var published, Pin) = _database.Snapshot();
        (Catalog, Stored) = (published.Catalog, published.Stored);
    }

    public void Dispose()
    {
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }

        _tables.Clear();
        _state.Dispose();
        Pin.Dispose();
    }

    private TableOverlay Overlay(CatalogRelation table)
    {
        if (!_tables.TryGetValue(table.Id, out var overlay))
        {
            overlay = new TableOverlay(Stored[table.Id], _state, _database.HashSeed);
            _tables.Add(table.Id, overlay);
        }

        return overlay;
    }

    private void NoteRead(int id)
    {
        if (Catalog.Find(id) is not CatalogRelation relation || !_readTables.Add(id))
        {
            return;
        }

        if (_readTables.Count == 1)
        {
            ReadEpoch = Pin.Tick;
        }

        foreach (int below in relation.DependsOn)
        {
            NoteRead(below);
        }
    }
}
