using System.Buffers.Text;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors;

/// <summary>
/// Collects the decoded records of one split into chunks: payload columns from the decoder, included ones from the
/// record's place; what cannot be decoded is kept aside. One thread.
/// </summary>
internal sealed class SourceRows
{
    /// <summary>Bytes of a refused record that are kept.</summary>
    private const int RawBytesMax = 1 << 20;

    private readonly IReadOnlyList<SourceColumn> _columns;
    private readonly SqlType[] _types;
    private readonly VectorBuilder[] _payload;
    private readonly byte[] _splitText;
    private readonly Func<WantedColumns> _wanted;
    private List<RejectedRecord> _rejected = [];
    private BatchBuilder? _builder;

    /// <param name="definition">The source.</param>
    /// <param name="decoder">Of its payload columns.</param>
    /// <param name="split">Whose records.</param>
    /// <param name="wanted">Which columns are kept, asked for each chunk; of the others a record's are only checked.</param>
    internal SourceRows(SourceDefinition definition, IRecordDecoder decoder, string split, Func<WantedColumns> wanted)
    {
        _wanted = wanted;
        _columns = definition.Columns;
        _types = [.. definition.Columns.Select(c => c.Type)];
        Decoder = decoder;
        _payload = new VectorBuilder[definition.Columns.Count(c => c.Include is null)];
        _splitText = Encoding.UTF8.GetBytes(split);
        Split = split;
    }

    internal string Split { get; }

    /// <summary>Changes when a file's header is known.</summary>
    internal IRecordDecoder Decoder { get; set; }

    internal int RowCount => _builder?.RowCount ?? 0;

    /// <summary>Whether anything waits to be taken.</summary>
    internal bool HasAny => RowCount > 0 || _rejected.Count > 0;

    internal void Add(ReadOnlySpan<byte> record, in RecordPlace place)
    {
        var builder = _builder ?? NewBuilder();
        string? reason = Decoder.Decode(record, _payload);
        if (reason is not null)
        {
            builder.AbandonRow();
            Reject(record, place.Offset, reason);
            return;
        }

        for (int i = 0; i < _columns.Count; i++)
        {
            if (_columns[i].Include is { } include)
            {
                Include(builder[i], include, place);
            }
        }

        builder.EndRow();
    }

    internal void Reject(ReadOnlySpan<byte> record, long offset, string reason) => _rejected.Add(
        new RejectedRecord(Split, offset, reason, record[..Math.Min(record.Length, RawBytesMax)].ToArray()));

    /// <summary>
    /// What was collected, as a chunk that reaches up to a position; the next record starts a new one.
    /// </summary>
    internal SourceChunk Take(long position, long arrivalMicros)
    {
        var rows = (_builder ?? NewBuilder()).Build();
        var chunk = SourceChunk.Of(rows, Split, position, arrivalMicros, _rejected);
        _builder = null;
        _rejected = [];
        return chunk;
    }

    /// <summary>Gives up what was collected.</summary>
    internal void Discard()
    {
        _builder?.Arena.Dispose();
        _builder = null;
        _rejected = [];
    }

    private BatchBuilder NewBuilder()
    {
        var wanted = _wanted();
        _builder = new BatchBuilder(_types, keeps: column => wanted[column]);
        int payload = 0;
        for (int i = 0; i < _columns.Count; i++)
        {
            if (_columns[i].Include is null)
            {
                _payload[payload++] = _builder[i];
            }
        }

        return _builder;
    }

    private void Include(VectorBuilder column, string include, in RecordPlace place)
    {
        switch (include)
        {
            case SourceIncludes.Partition or SourceIncludes.File:
                AppendSplit(column);
                break;
            case SourceIncludes.Offset:
                AppendNumber(column, place.Offset);
                break;
            case SourceIncludes.Timestamp when place.TimestampMicros is { } micros:
                column.Append(micros);
                break;
            case SourceIncludes.Key when place.HasKey:
                column.AppendBytes(place.Key);
                break;
            default:
                column.AppendNull();
                break;
        }
    }

    private void AppendSplit(VectorBuilder column)
    {
        if (column.Type.IsText)
        {
            column.AppendBytes(_splitText);
        }
        else
        {
            Utf8Parser.TryParse(_splitText, out long number, out _);
            AppendNumber(column, number);
        }
    }

    private static void AppendNumber(VectorBuilder column, long value)
    {
        if (column.Type.Id == TypeId.Int64)
        {
            column.Append(value);
        }
        else if (column.Type.Id == TypeId.Int32)
        {
            column.Append((int)value);
        }
        else
        {
            Span<byte> text = stackalloc byte[20];
            Utf8Formatter.TryFormat(value, text, out int length);
            column.AppendBytes(text[..length]);
        }
    }
}
