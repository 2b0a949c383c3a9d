using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Transactions;

/// <summary>
/// COMMIT of a block with writes, in the commit stage of a tick: every key the block has written must stand as it did at the
/// block's epoch, else nothing is written (40001); then all its rows go into the tick's record together. Made on the
/// session's thread from the block's overlays; the block stays, and keeps its epoch pinned, until it has run.
/// </summary>
internal sealed class CommitCommand : WriteCommand, IDisposable
{
    private readonly Database _database;
    private readonly long _epoch;
    private readonly long _readEpoch;
    private readonly long _startedMicros;
    private readonly List<TableChanges> _tables = [];
    private readonly IReadOnlyCollection<int> _reads;

    internal CommitCommand(Database database, TransactionBlock block)
        : base(database.Host.Threads)
    {
        _database = database;
        _epoch = block.Pin.Tick;
        _startedMicros = block.StartedMicros;
        _reads = block.ReadTables;
        _readEpoch = block.ReadEpoch;
        foreach (var table in block.Tables)
        {
            if (TableChanges.Of(table, block.Statement) is { } changes)
            {
                _tables.Add(changes);
            }
        }

        Tables = [.. _tables.Select(t => t.Overlay.Table.Id)];
    }

    internal override IReadOnlyList<int> Tables { get; }

    internal override bool CanJoin(LaneTick tick) =>
        !_tables.Exists(t => tick.HasWritten(t.Overlay.Table.Id)) && !_reads.Any(tick.HasWritten);

    internal override void Run(LaneTick tick)
    {
        CheckReads(tick.Lane);
        tick.Lane.Pressure.Admit(_tables.Sum(t => t.Changes.Arena.Bytes));
        foreach (var table in _tables)
        {
            Check(table, tick.Record.Number - 1);
        }

        foreach (var table in _tables)
        {
            var rows = table.Changes.Batch;
            _database.RowIds.FillMissing(table.Overlay.Table, rows);
            TableRows.MoveArrivalTimes(table.Overlay.Table, rows, _startedMicros, tick.Record.NowMicros);
            tick.Write(table.Overlay.Table.Id, rows, table.HandOver());
        }
    }

    public void Dispose()
    {
        foreach (var table in _tables)
        {
            table.Dispose();
        }
    }

    private void CheckReads(MainLane lane)
    {
        foreach (int id in _reads)
        {
            if (lane.LastWriteOf(id) > _readEpoch)
            {
                throw new SqlException(
                    SqlState.SerializationFailure, "could not serialize access due to read/write dependencies among transactions",
                    detail: $"Table \"{_database.Catalog.Find(id)?.Name}\" was read by this transaction and written by another.",
                    hint: "The transaction might succeed if retried.");
            }
        }
    }

    private void Check(TableChanges table, long tick)
    {
        var overlay = table.Overlay;
        if (!_database.Stored.TryGetValue(overlay.Table.Id, out var live)
            || !ReferenceEquals(live.Arrangements, overlay.Stored.Arrangements)
            || !ReferenceEquals(live.Relation.Columns, overlay.Table.Columns))
        {
            throw new SqlException(
                SqlState.SerializationFailure, $"could not serialize access: table \"{overlay.Table.Name}\" was altered or dropped",
                hint: "Run the transaction again.");
        }

        _ = RelationAccess.Get(_database.Stored, overlay.Table.Id);
        if (TargetCheck.FindChanged(_database, live, table.Keys, table.KeyAt, _epoch, tick) is >= 0 and var row)
        {
            throw new SqlException(
                SqlState.SerializationFailure, "could not serialize access due to concurrent update",
                detail: $"Key {Constraints.KeyText(overlay.Table, overlay.Key, table.Keys, table.KeyAt, row)} of table"
                + $" \"{overlay.Table.Name}\" was changed after this transaction's BEGIN.",
                hint: "Run the transaction again.")
            { Table = overlay.Table.Name };
        }
    }

    /// <summary>What the block leaves of one table: its net changes, and the keys that must not have moved.</summary>
    private sealed class TableChanges : IDisposable
    {
        private bool _handedOver;

        private TableChanges(TableOverlay overlay, OwnedBatch changes, Batch keys)
        {
            Overlay = overlay;
            Changes = changes;
            Keys = keys;
            KeyAt = [.. Enumerable.Range(0, overlay.Key.Length)];
        }

        internal TableOverlay Overlay { get; }

        internal OwnedBatch Changes { get; }

        /// <summary>The key columns of every key touched; memory: the changes' arena.</summary>
        internal Batch Keys { get; }

        internal int[] KeyAt { get; }

        internal static TableChanges? Of(TableOverlay overlay, long statement)
        {
            var changes = TableRows.Builder(overlay.Table);
            var touched = KeysOf(overlay.Touched, statement, changes.Arena);
            var keys = overlay.Checked.LiveRows == 0
                ? touched
                : Joined(touched, KeysOf(overlay.Checked, statement + 1, changes.Arena), changes.Arena);
            AppendDeleted(overlay, touched, statement, changes);
            AppendRows(overlay, statement, changes);
            if (changes.RowCount == 0 && keys.RowCount == 0)
            {
                changes.Arena.Dispose();
                return null;
            }

            return new TableChanges(overlay, changes.Build(), keys);
        }

        internal IDisposable HandOver()
        {
            _handedOver = true;
            return Changes;
        }

        public void Dispose()
        {
            if (!_handedOver)
            {
                Changes.Dispose();
            }
        }

        private static Batch KeysOf(Arrangement keys, long statement, Arena arena)
        {
            int[] all = [.. Enumerable.Range(0, keys.Spec.Columns.Count)];
            var builders = all.Select(c => new VectorBuilder(arena, keys.Spec.Columns[c])).ToArray();
            using var scratch = new Arena();
            var scan = keys.Scan(statement, all);
            var batch = new Batch();
            while (scan.Next(batch, scratch))
            {
                Append(builders, batch);
            }

            return Built(builders);
        }

        private static Batch Joined(Batch first, Batch second, Arena arena)
        {
            var builders = Enumerable.Range(0, first.ColumnCount).Select(c => new VectorBuilder(arena, first[c].Type)).ToArray();
            Append(builders, first);
            Append(builders, second);
            return Built(builders);
        }

        private static void Append(VectorBuilder[] into, Batch batch)
        {
            for (int column = 0; column < into.Length; column++)
            {
                for (int row = 0; row < batch.RowCount; row++)
                {
                    into[column].AppendFrom(batch[column], row);
                }
            }
        }

        private static Batch Built(VectorBuilder[] builders)
        {
            var batch = new Batch().Reset(builders[0].Length, builders.Length);
            for (int column = 0; column < builders.Length; column++)
            {
                batch[column] = builders[column].Build();
            }

            return batch;
        }

        /// <summary>Touched keys without a row: deletions, which need the key only.</summary>
        private static void AppendDeleted(TableOverlay overlay, Batch keys, long statement, BatchBuilder into)
        {
            using var scratch = new Arena();
            int[] all = [.. Enumerable.Range(0, overlay.Key.Length)];
            var found = scratch.AllocateZeroed<uint>(keys.RowCount);
            var hashes = KeyHashing.Of(keys, all, overlay.HashSeed, scratch);
            overlay.Rows.ProbeFirst(overlay.FindIndex(overlay.Key), keys, all, hashes, new Stamp(statement), found);
            for (int row = 0; row < keys.RowCount; row++)
            {
                if (found[row] != 0)
                {
                    continue;
                }

                for (int column = 0; column < overlay.Table.Columns.Count; column++)
                {
                    int at = Array.IndexOf(overlay.Key, column);
                    if (at >= 0)
                    {
                        into[column].AppendFrom(keys[at], row);
                    }
                    else
                    {
                        into[column].AppendNull();
                    }
                }

                into.EndRow(-1);
            }
        }

        private static void AppendRows(TableOverlay overlay, long statement, BatchBuilder into)
        {
            using var scratch = new Arena();
            int[] all = [.. Enumerable.Range(0, overlay.Table.Columns.Count)];
            var scan = overlay.Rows.Scan(statement, all);
            var batch = new Batch();
            while (scan.Next(batch, scratch))
            {
                TableRows.Append(into, overlay.Table, batch, 0, withRowId: true, weight: 1, repeat: false);
                scratch.Reset(4);
            }
        }
    }
}
