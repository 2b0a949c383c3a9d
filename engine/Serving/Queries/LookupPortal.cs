using System.Collections.Immutable;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

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
