namespace Vectorized.Connectors.Generators;

/// <summary>
/// The rows of one kind among events [from, to) of a split. Splits divide the rounds: round r belongs to split r modulo
/// the number of splits, and a split counts its own events densely, so a position in it is one number.
/// </summary>
internal readonly struct NexmarkRows
{
    private readonly int _offset;
    private readonly int _perRound;
    private readonly int _roundLength;
    private readonly int _split;
    private readonly int _splitCount;

    internal NexmarkRows(NexmarkOptions options, NexmarkKind kind, long from, long to, int split, int splitCount)
    {
        (_offset, _perRound) = options.PlaceOf(kind);
        _roundLength = options.RoundLength;
        _split = split;
        _splitCount = splitCount;
        First = RowsBefore(from);
        Count = (int)(RowsBefore(to) - First);
    }

    /// <summary>Rank of the first row among the split's rows of this kind.</summary>
    internal long First { get; }

    internal int Count { get; }

    /// <summary>
    /// The stretch of rows from the given rank on that lies in one round: its round over all splits, its place in the
    /// round and its length.
    /// </summary>
    internal (long Round, int Place, int Count) Stretch(long rank)
    {
        long round = rank / _perRound;
        int place = (int)(rank % _perRound);
        return ((round * _splitCount) + _split, place, (int)Math.Min(_perRound - place, First + Count - rank));
    }

    /// <summary>The event number of a place in a round.</summary>
    internal long EventNumber(long round, int place) => (round * _roundLength) + _offset + place;

    private long RowsBefore(long splitEvent) =>
        _perRound == 0
            ? 0
            : (splitEvent / _roundLength * _perRound) + Math.Clamp((splitEvent % _roundLength) - _offset, 0, _perRound);
}
