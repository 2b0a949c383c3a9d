using System.Globalization;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Views;

/// <summary>
/// A source (connector = 'ahead') whose rows follow from their positions, as many as a test gives. Its readers decode what was given
/// last and deliver it only when more is given, so what they are told to want in between comes late for it, as it does for readers with a
/// thread of their own. Columns that are not wanted are absent.
/// </summary>
internal sealed class AheadSource : ISourceConnector
{
    internal const string Columns = "(a bigint, b bigint, c varchar, t timestamp, d bigint)";

    private const int ChunkRows = 5;
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64, SqlType.Varchar, SqlType.Timestamp, SqlType.Int64];

    private long _given;
    private long _deliverable;
    private long _absent;
    private int _opened;
    private SourceEnvironment? _environment;

    public string Name => "ahead";

    /// <summary>Readers opened so far.</summary>
    internal int Opened => Volatile.Read(ref _opened);

    /// <summary>Values left out so far.</summary>
    internal long AbsentValues => Interlocked.Read(ref _absent);

    /// <summary>So many rows come out.</summary>
    internal long Deliverable => Interlocked.Read(ref _deliverable);

    internal void Give(int rows)
    {
        Interlocked.Exchange(ref _deliverable, Interlocked.Read(ref _given));
        Interlocked.Add(ref _given, rows);
        _environment?.Signal();
    }

    /// <summary>The row at a position; every ninth is twenty seconds late.</summary>
    internal static (long A, long B, string C, long T, long D) Row(long position) => (
        position,
        position * 7 % 11,
        position % 3 == 0 ? "short" : string.Create(CultureInfo.InvariantCulture, $"a text of some length, number {position % 5}"),
        (position - (position % 9 == 0 ? 20 : 0)) * 1_000_000,
        position * 3);

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment) => wanted;

    public ISourceReader Open(SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        _environment = environment;
        Interlocked.Increment(ref _opened);
        return new Reader(this, start.GetValueOrDefault("0"), end?.GetValueOrDefault("0"));
    }

    private SourceChunk Decode(long from, long to, WantedColumns wanted)
    {
        var builder = new BatchBuilder(_types, keeps: column => wanted[column]);
        for (long position = from; position < to; position++)
        {
            var row = Row(position);
            builder[0].Append(row.A);
            builder[1].Append(row.B);
            builder[2].AppendBytes(Encoding.UTF8.GetBytes(row.C));
            builder[3].Append(row.T);
            builder[4].Append(row.D);
            builder.EndRow();
        }

        Interlocked.Add(ref _absent, (to - from) * Enumerable.Range(0, _types.Length).Count(column => !wanted[column]));
        return SourceChunk.Of(builder.Build(), "0", to, 1);
    }

    private sealed class Reader(AheadSource source, long position, long? end) : ISourceReader
    {
        private readonly Queue<SourceChunk> _ahead = new();
        private WantedColumns _wanted = WantedColumns.All;
        private long _position = position;

        public string? Problem => null;

        public long? Lag => null;

        public long? NextDueNanos => null;

        public void Want(WantedColumns columns) => _wanted = columns;

        public SourceReadStatus TryRead(int rowsMax, out SourceChunk? chunk)
        {
            long deliverable = source.Deliverable;
            long given = Math.Min(Interlocked.Read(ref source._given), end ?? long.MaxValue);
            while (_position < given)
            {
                long from = _position;
                _position = Math.Min(from + ChunkRows, from < deliverable ? Math.Min(deliverable, given) : given);
                _ahead.Enqueue(source.Decode(from, _position, _wanted));
            }

            chunk = _ahead.TryPeek(out var first) && first.Position <= deliverable ? _ahead.Dequeue() : null;
            return chunk is not null ? SourceReadStatus.Data
                : _position >= end ? SourceReadStatus.Ended : SourceReadStatus.Empty;
        }

        public void Dispose()
        {
            foreach (var chunk in _ahead)
            {
                chunk.Dispose();
            }
        }
    }
}
