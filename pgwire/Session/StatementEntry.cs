using System.Buffers;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Encoding;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// A prepared statement of the extended protocol: the engine's plan, and the bytes and encoders that would be the same
/// at every execution. Belongs to one session; one thread.
/// </summary>
internal sealed class StatementEntry
{
    private const int EntryBytes = 512;

    private byte[]? _description;
    private IReadOnlyList<ResultColumn>? _describedColumns;
    private ResultShape? _shape;
    private Datum[]? _spareParameters;

    public StatementEntry(byte[] name, string text, byte[] source, IPreparedStatement? prepared)
    {
        Name = name;
        Source = source;
        Prepared = prepared;
        // Positions in ASCII text need no translation, so it need not be kept.
        Text = System.Text.Ascii.IsValid(text) ? null : text;
        Bytes = EntryBytes + name.Length + source.Length;
    }

    public byte[] Name { get; }

    /// <summary>The text and the parameter oids as they came.</summary>
    public byte[] Source { get; }

    /// <summary>The text, where error positions must be counted in it.</summary>
    public string? Text { get; }

    /// <summary>Null: the text held no statement.</summary>
    public IPreparedStatement? Prepared { get; }

    /// <summary>About what the entry costs, for the session's bound.</summary>
    public int Bytes { get; }

    /// <summary>ParameterDescription, then RowDescription (all text) or NoData.</summary>
    public byte[] Description()
    {
        var columns = Prepared?.Columns;
        if (_description is null || !ReferenceEquals(columns, _describedColumns))
        {
            var output = new ArrayBufferWriter<byte>();
            ParameterDescriptionMessage.Write(output, Prepared?.ParameterTypes ?? []);
            if (columns is null)
            {
                output.Write(FixedMessages.NoData);
            }
            else
            {
                RowDescriptionMessage.Write(output, columns, default);
            }

            _description = output.WrittenSpan.ToArray();
            _describedColumns = columns;
        }

        return _description;
    }

    /// <summary>How rows of these columns go out in the formats asked for; the last one is kept.</summary>
    public ResultShape Shape(IReadOnlyList<ResultColumn> columns, FormatCodes formats)
    {
        if (_shape is null || !_shape.Fits(columns, formats))
        {
            _shape = new ResultShape(columns, formats);
        }

        return _shape;
    }

    /// <summary>Room for parameter values, to be given back when the portal is gone.</summary>
    public Datum[] RentParameters(int count)
    {
        var rented = _spareParameters is { } spare && spare.Length == count ? spare : new Datum[count];
        _spareParameters = null;
        return rented;
    }

    public void ReturnParameters(Datum[] parameters) => _spareParameters = parameters;
}
