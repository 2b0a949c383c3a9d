using System.Buffers;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Encoding;

/// <summary>
/// How the rows of one result go out: its RowDescription's bytes and the encoders of its columns, chosen once for the
/// formats asked for. Immutable but for the encoders' scratch; belongs to one session.
/// </summary>
internal sealed class ResultShape
{
    private readonly IReadOnlyList<ResultColumn> _columns;
    private readonly byte[] _formats;
    private byte[]? _rowDescription;

    public ResultShape(IReadOnlyList<ResultColumn> columns, FormatCodes formats)
    {
        if (columns.Count > RowDescriptionMessage.ColumnsMax)
        {
            throw new SqlException(
                SqlState.TooManyColumns, $"target lists can have at most {RowDescriptionMessage.ColumnsMax} entries");
        }

        if (formats.Count > 1 && formats.Count != columns.Count)
        {
            throw MessageReader.Violation(
                $"bind message has {formats.Count} result formats but query has {columns.Count} columns");
        }

        _columns = columns;
        _formats = formats.Bytes.ToArray();
        Rows = new RowEncoder(columns, formats);
    }

    public RowEncoder Rows { get; }

    public byte[] RowDescription => _rowDescription ??= Describe();

    public bool Fits(IReadOnlyList<ResultColumn> columns, FormatCodes formats) =>
        ReferenceEquals(columns, _columns) && formats.Bytes.SequenceEqual(_formats);

    private byte[] Describe()
    {
        var output = new ArrayBufferWriter<byte>();
        RowDescriptionMessage.Write(output, _columns, new FormatCodes(_formats));
        return output.WrittenSpan.ToArray();
    }
}
