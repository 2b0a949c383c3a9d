using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Reads a generator: rows are made when asked for, on the caller's thread, so there is no queue and nothing to signal;
/// a paced one says when its next row is due. A bounded read is never paced. Splits take turns.
/// </summary>
internal sealed class GeneratedReader : ISourceReader
{
    /// <summary>
    /// A paced generator gives what is due once in this time, all of it as of one moment: a tick a row would be waste at high
    /// rates.
    /// </summary>
    private const long GrainNanos = 1_000_000;

    private readonly IRowGenerator _generator;
    private readonly SourceEnvironment _environment;
    private readonly GeneratedSplit[] _splits;
    private readonly bool _paced;
    private readonly bool _startsByItself;

    /// <summary>When the first row read by this reader (or position 0, if the generator names a time) is due.</summary>
    private readonly long _originNanos;
    private readonly long _originMicros;
    private long _roundNanos;
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
        long openedNanos = environment.Host.Clock.MonotonicNanos;
        long openedMicros = environment.Host.Clock.WallMicros;
        _startsByItself = generator.StartMicros is null;
        _originMicros = generator.StartMicros ?? openedMicros;
        _originNanos = openedNanos + ((_originMicros - openedMicros) * 1000);
        _roundNanos = openedNanos - GrainNanos;
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
                    long time = _paced ? _originNanos + _generator.DueTime(split.Number, StartOf(split), row) : _originNanos;
                    due = Math.Min(due ?? long.MaxValue, time);
                }
            }

            return due is null || !_paced ? due : Math.Max(due.Value, _roundNanos + GrainNanos);
        }
    }

    public void Want(WantedColumns columns) => _generator.Want(columns);

    public SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk)
    {
        chunk = null;
        long now = _environment.Host.Clock.MonotonicNanos;
        if (now - _roundNanos >= GrainNanos)
        {
            _roundNanos = now;
        }

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
            long limit = Limit(split, _roundNanos);
            if (row < limit)
            {
                _turn = (_turn + i + 1) % _splits.Length;
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
            ? _originMicros + (_generator.DueTime(split.Number, StartOf(split), firstRow) / 1000)
            : _environment.Host.Clock.WallMicros;
        var rows = _generator.Generate(split.Number, firstRow, to);
        split.Position = to;
        return SourceChunk.Of(rows, split.Id, to, arrival);
    }

    private long Limit(GeneratedSplit split, long nowNanos)
    {
        if (!_paced)
        {
            return split.End;
        }

        long elapsed = nowNanos - _originNanos;
        return elapsed < 0 ? 0 : Math.Min(split.End, _generator.DueAfter(split.Number, StartOf(split), elapsed));
    }

    /// <summary>The position that is due at the origin.</summary>
    private long StartOf(GeneratedSplit split) => _startsByItself ? split.Start : 0;
}
