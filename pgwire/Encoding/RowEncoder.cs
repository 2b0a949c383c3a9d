using System.Buffers.Binary;
using System.IO.Pipelines;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Encoding;

/// <summary>
/// Rows of a result as DataRow messages, straight from column vectors into the output's memory: sizes first, then each
/// column writes its values row by row at their places. Takes as many rows at a time as make about 32 KB. Allocates
/// nothing once its scratch has grown to the result's shape. One session, one thread.
/// </summary>
internal sealed class RowEncoder
{
    private const int HeaderBytes = 7;
    private const int ChunkBytesGoal = 32 << 10;
    private const int ChunkBytesMax = 64 << 10;
    private const int RowsFirst = 64;
    private const int RowsMax = 512;

    private readonly ColumnEncoder[] _encoders;
    private readonly ColumnScratch[] _scratch;
    private int[] _sizes = [];
    private int[] _positions = [];
    private int _rowsGoal = RowsFirst;

    public RowEncoder(IReadOnlyList<ResultColumn> columns, FormatCodes formats)
    {
        _encoders = new ColumnEncoder[columns.Count];
        _scratch = new ColumnScratch[columns.Count];
        for (int i = 0; i < _encoders.Length; i++)
        {
            _encoders[i] = ColumnEncoders.For(columns[i].Type, formats.IsBinary(i));
            _scratch[i] = new ColumnScratch(columns[i].Type);
        }
    }

    /// <summary>Writes some of the rows [start, start + count), at least one, and gives how many.</summary>
    public int Encode(Batch batch, int start, int count, PipeWriter output, SessionValues session)
    {
        if (batch.ColumnCount != _encoders.Length)
        {
            throw new SqlException(
                SqlState.InternalError,
                $"a batch of {batch.ColumnCount} columns came for a result of {_encoders.Length}");
        }

        int rows = Math.Min(count, _rowsGoal);
        if (_sizes.Length < rows)
        {
            int capacity = Math.Max(rows, Math.Min(RowsFirst, 2 * rows));
            _sizes = new int[capacity];
            _positions = new int[capacity];
        }

        var sizes = _sizes.AsSpan(0, rows);
        Measure(batch, start, sizes, session);
        int total = 0;
        int fitting = 0;
        while (fitting < rows && (fitting == 0 || total + (long)sizes[fitting] <= ChunkBytesMax))
        {
            total += sizes[fitting++];
        }

        Write(batch, start, sizes[..fitting], output.GetSpan(total)[..total]);
        output.Advance(total);
        int rowBytes = Math.Max(1, total / fitting);
        _rowsGoal = Math.Clamp(ChunkBytesGoal / rowBytes, 1, RowsMax);
        return fitting;
    }

    private void Measure(Batch batch, int start, Span<int> sizes, SessionValues session)
    {
        sizes.Fill(HeaderBytes);
        var columns = batch.Columns;
        try
        {
            for (int i = 0; i < _encoders.Length; i++)
            {
                _scratch[i].Session = session;
                _encoders[i].Measure(in columns[i], start, sizes, _scratch[i]);
            }
        }
        catch (OverflowException)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "a result row exceeds the limit of 2 GiB");
        }
    }

    private void Write(Batch batch, int start, ReadOnlySpan<int> sizes, Span<byte> into)
    {
        var positions = _positions.AsSpan(0, sizes.Length);
        int at = 0;
        for (int row = 0; row < sizes.Length; row++)
        {
            into[at] = BackendMessage.DataRow;
            BinaryPrimitives.WriteInt32BigEndian(into[(at + 1)..], sizes[row] - 1);
            BinaryPrimitives.WriteInt16BigEndian(into[(at + 5)..], (short)_encoders.Length);
            positions[row] = at + HeaderBytes;
            at += sizes[row];
        }

        var columns = batch.Columns;
        for (int i = 0; i < _encoders.Length; i++)
        {
            _encoders[i].Write(in columns[i], start, into, positions, _scratch[i]);
        }
    }
}
