using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The rows of one kind of Nexmark event as a generated source: positions are a split's event numbers.
/// </summary>
internal sealed class NexmarkRowGenerator : IRowGenerator
{
    private readonly NexmarkSettings _settings;
    private readonly NexmarkGenerator _generator;
    private readonly int[] _places;
    private readonly int _offset;
    private readonly int _perRound;
    private readonly int _roundLength;

    /// <param name="settings">The source's settings.</param>
    /// <param name="places">Which of the kind's columns, in which order.</param>
    internal NexmarkRowGenerator(NexmarkSettings settings, int[] places)
    {
        _settings = settings;
        _places = places;
        bool extra = Array.IndexOf(places, NexmarkSchema.Of(settings.Kind).Count - 1) >= 0;
        _generator = new NexmarkGenerator(settings.Events with { OmitExtra = !extra });
        (_offset, _perRound) = settings.Events.PlaceOf(settings.Kind);
        _roundLength = settings.Events.RoundLength;
    }

    public int SplitCount => _settings.SplitCount;

    public bool IsPaced => _settings.PaceNanos > 0;

    public long EndOf(int split)
    {
        if (_settings.EventCount == long.MaxValue)
        {
            return long.MaxValue;
        }

        // Whole turns of all splits, then this split's share of the rest.
        long turn = (long)_roundLength * SplitCount;
        long rest = (_settings.EventCount % turn) - ((long)split * _roundLength);
        return (_settings.EventCount / turn * _roundLength) + Math.Clamp(rest, 0, _roundLength);
    }

    public long NextRow(int split, long position)
    {
        long inRound = position % _roundLength;
        long round = position - inRound;
        return inRound < _offset ? round + _offset
            : inRound < _offset + _perRound ? position
            : round + _roundLength + _offset;
    }

    public long PositionsFor(int rowCount) =>
        rowCount < _perRound ? rowCount : (long)(rowCount / _perRound) * _roundLength;

    public OwnedBatch Generate(int split, long from, long to)
    {
        var all = _generator.Generate(_settings.Kind, from, to, split, SplitCount);
        var chosen = new Batch().Reset(all.Batch.RowCount, _places.Length);
        for (int i = 0; i < _places.Length; i++)
        {
            chosen[i] = all.Batch[_places[i]];
        }

        return new OwnedBatch(chosen, all.Arena);
    }

    public long DueAfter(int split, long start, long elapsedNanos) =>
        start + (elapsedNanos / _settings.PaceNanos / SplitCount) + 1;

    public long DueTime(int split, long start, long position) => (position - start) * SplitCount * _settings.PaceNanos;
}
