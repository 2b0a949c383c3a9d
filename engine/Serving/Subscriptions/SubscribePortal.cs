using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>
/// A running SUBSCRIBE: the snapshot at an epoch, then Changes(from, to] for the newest epoch whenever it is pulled, each
/// range consolidated and followed by a progress mark; now and then a mark while nothing changes. Never ends by itself. A slow
/// reader gets larger ranges; meanwhile it holds one tick (<see cref="FollowerPins"/>), never the main lane. The snapshot
/// holds its epoch while it is being read, as a SELECT does. Errors: 55000 when the changes are no longer kept, or the
/// relation was dropped, altered or suspended. Runs on the puller's thread.
/// </summary>
internal sealed class SubscribePortal(Session session, int? relationId, SubscribeExecutable statement, SubscribeOptions options)
    : IPortal
{
    /// <summary>In how many steps a hold that stays behind moves on.</summary>
    private const int RetainedPlaces = 64;

    private readonly long _markNanos = options.ProgressMillis * 1_000_000;
    private readonly long _retainNanos = options.RetainMillis * 1_000_000;
    private readonly Queue<(long Epoch, long Rows, long Nanos)> _sent = new();
    private readonly Database _database = session.Database;
    private readonly SqlType[] _types = [.. statement.Columns.Select(c => c.Type)];
    private readonly Arena _arena = new();
    private readonly Batch _scanned = new();
    private Queue<OwnedBatch> _waiting = new();
    private long _sentNanos;
    private OwnedBatch? _delivered;
    private Arrangement[] _arrangements = [];
    private ReadPin? _snapshotPin;
    private ArrangementScan? _scan;
    private FollowerPin? _hold;
    private QualifiedName? _view;
    private int _relationId = relationId ?? 0;
    private int _part;
    private long _epoch;
    private long _markedNanos;
    private long _idleUntilNanos;
    private bool _markDue;

    public IReadOnlyList<ResultColumn>? Columns => statement.Columns;

    public string CommandTag => "SUBSCRIBE";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    private long Now => _database.Host.Clock.MonotonicNanos;

    private long RowsExecuted => _database.Lane.Statistics.Rows;

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        _delivered?.Dispose();
        _delivered = null;
        if (_hold is null)
        {
            if (relationId is null && _view is null)
            {
                _view = await SubscriptionViews.Create(session, ((SubscribeStatement)statement.Statement).Query).ConfigureAwait(false);
                _relationId = _database.Catalog.Resolve(_view.Schema, _view.Name, []) is CatalogRelation view
                    ? view.Id
                    : throw new SqlException(SqlState.ObjectNotInPrerequisiteState, "the subscription's view was dropped");
            }

            Begin();
        }

        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_snapshotPin is not null)
            {
                if (NextOfSnapshot() is { } rows)
                {
                    return rows;
                }
            }
            else if (_waiting.TryDequeue(out _delivered))
            {
                return _delivered.Batch;
            }
            else if (_markDue)
            {
                return Mark();
            }
            else if (_database.Lane.Pins.Published > _epoch && Now >= _idleUntilNanos)
            {
                Follow();
            }
            else
            {
                await Wait(cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        if (_hold is not null && _retainNanos > 0 && _view is null)
        {
            _database.Lane.Followers.Leave(_hold, Now + _retainNanos);
        }
        else if (_hold is not null)
        {
            _database.Lane.Followers.Remove(_hold);
        }

        _snapshotPin?.Dispose();
        _snapshotPin = null;
        _delivered?.Dispose();
        _delivered = null;
        while (_waiting.TryDequeue(out var batch))
        {
            batch.Dispose();
        }

        _arena.Dispose();
        if (_view is not null)
        {
            // Nobody waits for it; what a dead lane leaves behind goes when the database is opened again.
            _ = SubscriptionViews.Drop(_database, _view);
        }
    }

    private void Begin()
    {
        var (published, newest) = _database.Snapshot();
        using var atNewest = newest;
        var relation = RelationAccess.Get(published.Stored, _relationId, newest.Tick);
        _arrangements = relation.Arrangements;
        _epoch = options.Since ?? newest.Tick;
        if (_epoch > newest.Tick)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"epoch {_epoch} has not come yet: the newest is {newest.Tick}");
        }

        using var first = _epoch >= relation.FromTick ? _database.PinAt(_epoch) : null;
        if (first is null)
        {
            throw Gone(relation);
        }

        _hold = _database.Lane.Followers.Add(_epoch, RowsExecuted, options.LagRows);
        _snapshotPin = options.Snapshot ? _database.PinAt(_epoch) : null;
        _markDue = options.Progress;
    }

    private Batch? NextOfSnapshot()
    {
        for (; _part < _arrangements.Length; _part++, _scan = null)
        {
            _arena.Reset();
            _scan ??= _arrangements[_part].Scan(_epoch, statement.RelationColumns);
            if (_scan.Next(_scanned, _arena))
            {
                return WithOwnColumns(_scanned);
            }
        }

        _snapshotPin!.Dispose();
        _snapshotPin = null;
        return null;
    }

    private Batch WithOwnColumns(Batch rows)
    {
        var epoch = Vector.AllocateConstant(_arena, SqlType.Int64, rows.RowCount);
        epoch.Values<long>()[0] = _epoch;
        var progressed = Vector.AllocateConstant(_arena, SqlType.Boolean, rows.RowCount);
        progressed.Bits[0] = 0;
        var diff = Vector.Allocate(_arena, SqlType.Int64, rows.RowCount);
        if (rows.HasWeights)
        {
            rows.Weights.CopyTo(diff.Values<long>());
        }
        else
        {
            diff.Values<long>().Fill(1);
        }

        var batch = new Batch().Reset(rows.RowCount, _types.Length);
        (batch[0], batch[1], batch[2]) = (epoch, progressed, diff);
        for (int i = 0; i < rows.ColumnCount; i++)
        {
            batch[SubscribeExecutable.OwnColumns + i] = rows[i];
        }

        return batch;
    }

    /// <summary>Everything at and before the epoch has been sent.</summary>
    private Batch Mark()
    {
        var row = new BatchBuilder(_types, 1);
        row[0].Append(_epoch);
        row[1].AppendBit(true);
        for (int i = 2; i < _types.Length; i++)
        {
            row[i].AppendNull();
        }

        row.EndRow();
        _delivered = row.Build();
        _markDue = false;
        _markedNanos = Now;
        return _delivered.Batch;
    }

    private void Follow()
    {
        long started = Now;
        var (published, newest) = _database.Snapshot();
        using var to = newest;
        var relation = published.Stored.GetValueOrDefault(_relationId)
            ?? throw new SqlException(SqlState.ObjectNotInPrerequisiteState, "the relation subscribed to was dropped");
        relation = RelationAccess.Get(published.Stored, _relationId, to.Tick);
        if (relation.Arrangements != _arrangements)
        {
            throw new SqlException(
                SqlState.ObjectNotInPrerequisiteState, $"\"{relation.Relation.Name}\" was altered", hint: "Subscribe again.");
        }

        using var from = _database.PinAt(_epoch) ?? throw Gone(relation);
        long rowsExecuted = RowsExecuted;
        _waiting = ChangeRange.Collect(
            _arrangements, statement.RelationColumns, _types, _epoch, to.Tick, _database.HashSeed);
        _epoch = to.Tick;
        Pass(rowsExecuted);
        _markDue = options.Progress && (_waiting.Count > 0 || Now - _markedNanos >= _markNanos);
        // At most half of a core goes into looking for changes.
        _idleUntilNanos = 2 * Now - started;
    }

    /// <summary>
    /// The hold follows the epoch; where the reader may come back, as much later as it was promised: what is on its way when a connection
    /// breaks has not been seen.
    /// </summary>
    private void Pass(long rowsExecuted)
    {
        if (_retainNanos == 0)
        {
            _database.Lane.Followers.Advance(_hold!, _epoch, rowsExecuted);
            return;
        }

        long now = Now;
        if (_sent.Count == 0 || now - _sentNanos >= _retainNanos / RetainedPlaces)
        {
            _sent.Enqueue((_epoch, rowsExecuted, now));
            _sentNanos = now;
        }

        while (_sent.TryPeek(out var oldest) && now - oldest.Nanos > _retainNanos)
        {
            _sent.Dequeue();
            _database.Lane.Followers.Advance(_hold!, oldest.Epoch, oldest.Rows);
        }
    }

    /// <summary>Until an epoch is published, the pause is over, or a mark is due.</summary>
    private async ValueTask Wait(CancellationToken cancellation)
    {
        var publication = _database.Lane.Publication.Next;
        bool isBehind = _database.Lane.Pins.Published > _epoch;
        long nanos = isBehind ? _idleUntilNanos - Now : _markedNanos + _markNanos - Now;
        if (nanos > 0)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var delay = _database.Host.Clock.Delay(TimeSpan.FromMicroseconds((nanos / 1000) + 1), ending.Token).AsTask();
            await (isBehind ? delay : Task.WhenAny(publication, delay)).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
        }

        if (!isBehind && Now - _markedNanos >= _markNanos)
        {
            _markedNanos = Now;
            _markDue = options.Progress;
        }
    }

    private SqlException Gone(StoredRelation relation) => new(
        SqlState.ObjectNotInPrerequisiteState,
        $"changes of \"{relation.Relation.Name}\" after epoch {_epoch} are no longer kept: the earliest epoch is "
        + $"{Math.Max(_database.Lane.Pins.OldestVisible, relation.FromTick)}",
        hint: "Subscribe with a snapshot; a subscription that may fall further behind has a larger lag_rows.");
}
