using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators;

/// <summary>The rows of one kind of Nexmark event as a generated source.</summary>
internal sealed class NexmarkTableRows : NexmarkSource
{
    private readonly NexmarkKind _kind;
    private readonly NexmarkGenerator _generator;
    private readonly int[] _places;
    private readonly Batch _all = new();
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
        bool extra = Array.IndexOf(places, NexmarkSchema.Of(kind).Count - 1) >= 0;
        _generator = new NexmarkGenerator(settings.Events with { OmitExtra = !extra });
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

    public override OwnedBatch Generate(int split, long from, long to)
    {
        var chosen = OwnedBatch.Rent();
        _generator.Write(chosen.Arena, _all, _kind, from, to, split, SplitCount);
        chosen.Batch.Reset(_all.RowCount, _places.Length);
        for (int i = 0; i < _places.Length; i++)
        {
            chosen.Batch[i] = _all[_places[i]];
        }

        return chosen;
    }
}
