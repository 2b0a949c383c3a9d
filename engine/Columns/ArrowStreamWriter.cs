using System.Buffers.Binary;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Writes batches as an Arrow IPC stream (Apache Arrow columnar format, "IPC Streaming Format", metadata version 5):
/// WriteStart once, WriteBatch for each batch, WriteEnd once. Buffers are uncompressed and 64-byte aligned within their
/// message. Strings are compacted: each view column has one buffer of exactly the bytes its rows need. A batch's
/// weights, if the stream carries them, are a last column. The sink is emptied by the caller between calls. One thread.
/// </summary>
public sealed class ArrowStreamWriter
{
    /// <summary>The name of the column of weights.</summary>
    public const string WeightName = "$weight";

    private const byte SchemaHeader = 1;
    private const byte DictionaryHeader = 2;
    private const byte BatchHeader = 3;
    private const short MetadataV5 = 4;
    private const int Alignment = 64;

    private readonly ArrowField[] _fields;
    private readonly bool _hasWeights;
    private readonly FlatBufferBuilder _metadata = new();
    private readonly ArrowBodyWriter _body = new();

    public ArrowStreamWriter(IReadOnlyList<ArrowField> fields, bool withWeights = false)
    {
        _fields = withWeights ? [.. fields, new ArrowField(WeightName, SqlType.Int64)] : [.. fields];
        _hasWeights = withWeights;
    }

    public void WriteStart(ref TextSink sink)
    {
        _metadata.Clear();
        WriteMessage(SchemaHeader, ArrowSchema.Write(_metadata, _fields), 0, ref sink);
    }

    public void WriteBatch(Batch batch, ref TextSink sink)
    {
        int columns = _fields.Length - (_hasWeights ? 1 : 0);
        for (int column = 0; column < columns; column++)
        {
            if (_fields[column].IsDictionary)
            {
                _body.Clear();
                _body.AddValues(batch[column]);
                WriteDictionary(column, batch[column].ValueCount, ref sink);
            }
        }

        _body.Clear();
        for (int column = 0; column < columns; column++)
        {
            if (_fields[column].IsDictionary)
            {
                _body.AddCodes(batch[column]);
            }
            else
            {
                _body.AddRows(batch[column]);
            }
        }

        if (_hasWeights)
        {
            _body.AddWeights(batch);
        }

        _metadata.Clear();
        WriteMessage(BatchHeader, WriteRecordBatch(batch.RowCount), _body.Bytes, ref sink);
        _body.WriteTo(ref sink);
    }

    public void WriteEnd(ref TextSink sink) => sink.Write([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);

    private void WriteDictionary(int id, int length, ref TextSink sink)
    {
        _metadata.Clear();
        int data = WriteRecordBatch(length);
        _metadata.StartTable(3);
        _metadata.Add(0, (long)id);
        _metadata.AddOffset(1, data);
        WriteMessage(DictionaryHeader, _metadata.EndTable(), _body.Bytes, ref sink);
        _body.WriteTo(ref sink);
    }

    private int WriteRecordBatch(int length)
    {
        int nodes = _metadata.CreatePairs(_body.Nodes);
        int buffers = _metadata.CreatePairs(_body.Buffers);
        int variadic = _body.VariadicCounts.Count == 0 ? 0 : _metadata.CreateInt64s([.. _body.VariadicCounts]);
        _metadata.StartTable(5);
        _metadata.Add(0, (long)length);
        _metadata.AddOffset(1, nodes);
        _metadata.AddOffset(2, buffers);
        if (variadic != 0)
        {
            _metadata.AddOffset(4, variadic);
        }

        return _metadata.EndTable();
    }

    /// <summary>Continuation mark, length of the metadata padded so that the body starts aligned, metadata.</summary>
    private void WriteMessage(byte type, int header, long bodyBytes, ref TextSink sink)
    {
        _metadata.StartTable(5);
        _metadata.Add(3, bodyBytes);
        _metadata.AddOffset(2, header);
        _metadata.Add(0, MetadataV5);
        _metadata.Add(1, type);
        var metadata = _metadata.Finish(_metadata.EndTable());
        int padding = -(metadata.Length + 8) & (Alignment - 1);
        var prefix = sink.GetSpan(8);
        BinaryPrimitives.WriteInt32LittleEndian(prefix, -1);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], metadata.Length + padding);
        sink.Advance(8);
        sink.Write(metadata);
        sink.GetSpan(padding)[..padding].Clear();
        sink.Advance(padding);
    }
}
