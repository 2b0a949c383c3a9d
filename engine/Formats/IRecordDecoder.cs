using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Formats;

/// <summary>
/// Turns records (a line of JSON or CSV, a message's value) into rows, for sources and COPY alike. Made once a reader
/// for fixed columns by <see cref="RecordFormats"/>; one thread at a time; allocates nothing a record.
/// </summary>
public interface IRecordDecoder
{
    /// <summary>
    /// Length of the first whole record in a stream of bytes, its terminator included, or 0 when its end is not there
    /// yet. A line for line formats; CSV looks past newlines inside quotes.
    /// </summary>
    int FindRecord(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The decoder for records that follow a header, if the format can have one: fields by the header's names, those it
    /// names and the columns do not skipped, columns it does not name NULL. Throws <see cref="Types.SqlException"/>
    /// when the header names none of the columns, or one twice.
    /// </summary>
    IRecordDecoder WithHeader(ReadOnlySpan<byte> header) => this;

    /// <summary>
    /// Appends one row, a value to each column in order, and returns null; or returns why the record cannot be one, in
    /// a sentence that names the field. Then some columns may hold a value more, which the caller takes back.
    /// </summary>
    /// <param name="record">One record, with or without its terminator.</param>
    /// <param name="columns">Builders of the columns this decoder was made for.</param>
    string? Decode(ReadOnlySpan<byte> record, ReadOnlySpan<VectorBuilder> columns);
}
