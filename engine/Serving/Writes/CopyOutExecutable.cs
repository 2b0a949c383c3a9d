using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>COPY TO STDOUT: a query's or a subscription's rows as formatted lines.</summary>
internal sealed class CopyOutExecutable(CopyStatement statement, Executable query, CopySettings settings) : Executable(statement)
{
    internal override IReadOnlyCollection<int> Reads => query.Reads;

    /// <summary>Its query waits.</summary>
    internal override Task? Awaits(StateLoading loading) => null;

    public override IPortal Start(Session session, IReadOnlyList<Datum> parameters)
    {
        var columns = query.Columns!;
        var options = new TextOptions { Zone = session.Settings.Values.TimeZone };
        var writer = new CopyWriter(settings, [.. columns.Select(c => (c.Name, c.Type))], options);
        return new CopyOutPortal(session.StartLoaded(query, parameters), writer, settings.Format == CopyFormat.Binary, columns.Count);
    }
}

/// <summary>A running COPY TO STDOUT: a piece of formatted lines for each batch.</summary>
internal sealed class CopyOutPortal(IPortal rows, CopyWriter writer, bool isBinary, int columnCount) : RowlessPortal, ICopyOut
{
    private byte[] _written = [];
    private int[] _rowEnds = [];
    private int _rowEndCount;
    private long _rowCount;
    private bool _started;
    private bool _ended;

    public override string CommandTag => $"COPY {_rowCount}";

    public override ICopyOut? CopyOut => this;

    public bool IsBinary => isBinary;

    public int ColumnCount => columnCount;

    /// <summary>
    /// A row a message, as clients rely on; binary's header goes with the first row, as in PostgreSQL, a text header by itself.
    /// </summary>
    public ReadOnlyMemory<int> RowEnds => _rowEnds.AsMemory(0, _rowEndCount);

    async ValueTask<ReadOnlyMemory<byte>> ICopyOut.Next(CancellationToken cancellation)
    {
        while (!_ended)
        {
            var batch = await rows.Next(cancellation).ConfigureAwait(false);
            int length = Format(batch);
            if (length > 0)
            {
                return _written.AsMemory(0, length);
            }
        }

        return default;
    }

    public override ValueTask<Batch?> Next(CancellationToken cancellation) => new((Batch?)null);

    public override void Dispose()
    {
        base.Dispose();
        rows.Dispose();
    }

    private int Format(Batch? batch)
    {
        _rowEndCount = 0;
        if (batch is { RowCount: 0 })
        {
            return 0;
        }

        var sink = new TextSink(1 << 16);
        if (!_started)
        {
            _started = true;
            writer.WriteStart(ref sink);
            if (!isBinary && sink.Position > 0)
            {
                EndRow(sink.Position);
            }
        }

        if (batch is null)
        {
            _ended = true;
            writer.WriteEnd(ref sink);
        }
        else
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                writer.WriteRow(batch, row, ref sink);
                EndRow(sink.Position);
            }

            _rowCount += batch.RowCount;
        }

        int length = sink.Written.Length;
        if (_written.Length < length)
        {
            _written = new byte[length * 2];
        }

        sink.Written.CopyTo(_written);
        sink.Dispose();
        return length;
    }

    private void EndRow(int position)
    {
        if (_rowEndCount == _rowEnds.Length)
        {
            Array.Resize(ref _rowEnds, Math.Max(64, 2 * _rowEndCount));
        }

        _rowEnds[_rowEndCount++] = position;
    }
}
