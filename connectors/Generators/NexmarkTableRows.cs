using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>The rows of one kind of Nexmark event as a generated source.</summary>
internal sealed class NexmarkTableRows : NexmarkSource
{
    private readonly NexmarkKind _kind;
    private readonly NexmarkGenerator _generator;
    private readonly int[] _places;
    private readonly Batch _all = new();

    /// <summary>By the kind's columns, whether it is made.</summary>
    private WantedColumns _made;
    private readonly int _offset;
    private readonly int _perRound;

    /// <param name="settings">The source's settings.</param>
    /// <param name="kind">Which kind.</param>
    /// <param name="places">Which of the kind's columns, in which order.</param>
    internal NexmarkTableRows(NexmarkSettings settings, NexmarkKind kind, int[] places)
        : base(settings)
    {
        _kind = kind;
        _places = places;
        _generator = new NexmarkGenerator(settings.Events);
        _made = Made();
        (_offset, _perRound) = settings.Events.PlaceOf(kind);
    }

    public override long NextRow(int split, long position)
    {
        long inRound = position % RoundLength;
        long round = position - inRound;
        return inRound < _offset ? round + _offset
            : inRound < _offset + _perRound ? position
            : round + RoundLength + _offset;
    }

    public override long PositionsFor(int rowCount) =>
        rowCount < _perRound ? rowCount : (long)(rowCount / _perRound) * RoundLength;

    public override void Want(WantedColumns columns)
    {
        base.Want(columns);
        _made = Made();
    }

    private WantedColumns Made()
    {
        bool[] isMade = new bool[NexmarkSchema.Of(_kind).Count];
        for (int i = 0; i < _places.Length; i++)
        {
            isMade[_places[i]] |= Wanted[i];
        }

        return WantedColumns.Of(isMade);
    }

    public override OwnedBatch Generate(int split, long from, long to)
    {
        var chosen = OwnedBatch.Rent();
        _generator.Write(chosen.Arena, _all, _kind, from, to, split, SplitCount, _made);
        chosen.Batch.Reset(_all.RowCount, _places.Length);
        for (int i = 0; i < _places.Length; i++)
        {
            chosen.Batch[i] = Wanted[i] ? _all[_places[i]] : Vector.Absent(_all[_places[i]].Type, _all.RowCount);
        }

        return chosen;
    }
}
