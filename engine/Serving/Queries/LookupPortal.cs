using System.Collections.Immutable;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// A point look-up as a portal: one probe, at most one row. Belongs to its session, which takes it back at disposal and
/// uses it again: a prepared look-up allocates nothing.
/// </summary>
internal sealed class LookupPortal(Session session) : IPortal
{
    private const int ArenaBytes = 4096;

    private readonly Arena _arena = new(ArenaBytes);
    private readonly Batch _keys = new();
    private readonly Batch _result = new();
    private PointLookup? _lookup;
    private IReadOnlyList<ResultColumn>? _columns;
    private IReadOnlyList<Datum> _parameters = [];
    private ReadPin? _ownPin;
    private bool _holdsOwnPin;
    private bool _probed;
    private int _rows;

    public IReadOnlyList<ResultColumn>? Columns => _columns;

    public string CommandTag => _rows == 0 ? "SELECT 0" : "SELECT 1";

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    internal LookupPortal Open(PointLookup lookup, IReadOnlyList<ResultColumn> columns, IReadOnlyList<Datum> parameters)
    {
        _lookup = lookup;
        _columns = columns;
        _parameters = parameters;
        _probed = false;
        _rows = 0;
        return this;
    }

    public ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        if (_probed)
        {
            return default;
        }

        _probed = true;
        var (stored, pin) = Snapshot();
        var relation = RelationAccess.Get(stored, _lookup!.RelationId, pin.Tick);
        if (session.Database.Lane.Loading is { } loading && !relation.IsLoaded)
        {
            return NextStored(loading, relation, pin, cancellation);
        }

        if (!_lookup.Find(relation, session.Database.HashSeed, pin, _parameters, _arena, _keys, _result))
        {
            return default;
        }

        _rows = 1;
        return new ValueTask<Batch?>(_result);
    }

    public void Dispose()
    {
        if (_lookup is null)
        {
            return;
        }

        _lookup = null;
        if (_holdsOwnPin)
        {
            _ownPin!.Dispose();
            _holdsOwnPin = false;
        }

        _arena.Reset(blocksKept: 1);
        session.ReturnLookupPortal(this);
    }

    /// <summary>The session has ended.</summary>
    internal void Free() => _arena.Dispose();

    /// <summary>The row from the store, else from memory once it is there.</summary>
    private async ValueTask<Batch?> NextStored(
        StateLoading loading, StoredRelation relation, ReadPin pin, CancellationToken cancellation)
    {
        if (FindStored(relation, pin) is { } found)
        {
            _rows = found ? 1 : 0;
            return found ? _result : null;
        }

        if (loading.Of([relation.Relation.Id]) is { } loaded)
        {
            await loaded.WaitAsync(cancellation).ConfigureAwait(false);
        }

        bool isThere = _lookup!.Find(relation, session.Database.HashSeed, pin, _parameters, _arena, _keys, _result);
        _rows = isThere ? 1 : 0;
        return isThere ? _result : null;
    }

    /// <summary>Null: only the relation, once it is loaded, can say.</summary>
    private bool? FindStored(StoredRelation relation, ReadPin pin)
    {
        try
        {
            return _lookup!.FindStored(relation, session.Database.HashSeed, pin, _parameters, _arena, _keys, _result);
        }
        catch (Exception e) when (e is CorruptionException or StorageException)
        {
            // Loading reads the same: it names what is damaged, or gets over what was not.
            return null;
        }
    }

    /// <summary>The block's epoch, or the newest; no definition came between the relations and the pin.</summary>
    private (ImmutableDictionary<int, StoredRelation> Stored, ReadPin Pin) Snapshot()
    {
        if (session.Block is { } block)
        {
            return (block.Stored, block.Pin);
        }

        while (true)
        {
            var stored = session.Database.Stored;
            var pin = RenewOwnPin();
            if (ReferenceEquals(stored, session.Database.Stored))
            {
                return (stored, pin);
            }

            pin.Dispose();
        }
    }

    private ReadPin RenewOwnPin()
    {
        if (_ownPin is null)
        {
            _ownPin = session.Database.PinPublished();
        }
        else
        {
            _ownPin.Renew();
        }

        _holdsOwnPin = true;
        return _ownPin;
    }
}
