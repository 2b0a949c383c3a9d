using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Reads a generator: rows are made when asked for, on the caller's thread, so there is no queue and nothing to signal;
/// a paced one says when its next row is due. A bounded read is never paced. Splits take turns.
/// </summary>
internal sealed class GeneratedReader : ISourceReader
{
    /// <summary>A paced generator is not asked more often: a tick a row would be waste at high rates.</summary>
    private const long GrainNanos = 2_000_000;

    private readonly IRowGenerator _generator;
    private readonly SourceEnvironment _environment;
    private readonly GeneratedSplit[] _splits;
    private readonly long _openedNanos;
    private readonly long _openedMicros;
    private readonly bool _paced;
    private long _lastReadNanos;
    private int _turn;

    internal GeneratedReader(
        IRowGenerator generator, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        _generator = generator;
        _environment = environment;
        _splits = new GeneratedSplit[generator.SplitCount];
        for (int i = 0; i < _splits.Length; i++)
        {
            string id = new GeneratedSplit(i, 0, 0).Id;
            long bound = end is null ? long.MaxValue : end.GetValueOrDefault(id);
            _splits[i] = new GeneratedSplit(i, start.GetValueOrDefault(id), Math.Min(bound, generator.EndOf(i)));
        }

        _paced = generator.IsPaced && end is null;
        _openedNanos = environment.Host.Clock.MonotonicNanos;
        _openedMicros = environment.Host.Clock.WallMicros;
        _lastReadNanos = _openedNanos - GrainNanos;
    }

    public string? Problem => null;

    public long? Lag
    {
        get
        {
            if (!_paced)
            {
                return null;
            }

            long now = _environment.Host.Clock.MonotonicNanos;
            return _splits.Sum(split => Math.Max(0, Limit(split, now) - split.Position));
        }
    }

    public long? NextDueNanos
    {
        get
        {
            long? due = null;
            foreach (var split in _splits)
            {
                long row = _generator.NextRow(split.Number, split.Position);
                if (row < split.End)
                {
                    long time = _paced ? _openedNanos + _generator.DueTime(split.Number, split.Start, row) : _openedNanos;
                    due = Math.Min(due ?? long.MaxValue, time);
                }
            }

            return due is null || !_paced ? due : Math.Max(due.Value, _lastReadNanos + GrainNanos);
        }
    }

    public SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk)
    {
        chunk = null;
        long now = _environment.Host.Clock.MonotonicNanos;
        bool ended = true;
        for (int i = 0; i < _splits.Length; i++)
        {
            var split = _splits[(_turn + i) % _splits.Length];
            long row = _generator.NextRow(split.Number, split.Position);
            if (row >= split.End)
            {
                continue;
            }

            ended = false;
            long limit = Limit(split, now);
            if (row < limit)
            {
                _turn = (_turn + i + 1) % _splits.Length;
                _lastReadNanos = now;
                chunk = Read(split, row, Math.Min(limit, row + _generator.PositionsFor(Math.Max(rowsMax, 1))));
                return SourceReadStatus.Data;
            }
        }

        return ended ? SourceReadStatus.Ended : SourceReadStatus.Empty;
    }

    public void Dispose()
    {
    }

    private SourceChunk Read(GeneratedSplit split, long firstRow, long to)
    {
        long arrival = _paced
            ? _openedMicros + (_generator.DueTime(split.Number, split.Start, firstRow) / 1000)
            : _environment.Host.Clock.WallMicros;
        var rows = _generator.Generate(split.Number, firstRow, to);
        split.Position = to;
        return new SourceChunk(rows, split.Id, to, arrival);
    }

    private long Limit(GeneratedSplit split, long nowNanos) => _paced
        ? Math.Min(split.End, _generator.DueAfter(split.Number, split.Start, nowNanos - _openedNanos))
        : split.End;
}
