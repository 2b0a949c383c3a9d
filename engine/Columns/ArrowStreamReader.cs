using System.Buffers.Binary;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Reads an Arrow IPC stream, ours or another implementation's, into batches that own their memory: buffers are copied
/// and checked, so that no byte of the input is trusted. Takes what <see cref="ArrowField"/> lists plus the older
/// layouts of strings and narrower integers; dictionaries may be replaced or grow. Not compression, nested types and
/// units finer or coarser than ours: those are refused by name (0A000), bytes that are no stream by 22P03. One thread.
/// </summary>
public sealed class ArrowStreamReader
{
    private const int MetadataBytesMax = 16 << 20;

    private readonly Dictionary<long, List<ArrowPart>> _dictionaries = [];
    private ArrowSchema.Column[]? _columns;

    /// <summary>The schema's fields once its message was read, weights left out.</summary>
    public IReadOnlyList<ArrowField> Fields { get; private set; } = [];

    /// <summary>The stream carries weights as its last column.</summary>
    public bool HasWeights { get; private set; }

    public bool IsAtEnd { get; private set; }

    /// <summary>
    /// Takes the first message of the bytes and returns its length, or 0 if it is not there as a whole. A record batch
    /// comes back as a batch, which the caller owns; other messages change the reader.
    /// </summary>
    public int Read(ReadOnlySpan<byte> bytes, out OwnedBatch? batch)
    {
        batch = null;
        if (bytes.Length < 8)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes) != -1 || length is < 0 or > MetadataBytesMax)
        {
            throw FlatTable.Corrupt("a message does not start with its mark and length");
        }

        if (length == 0)
        {
            IsAtEnd = true;
            return 8;
        }

        if (bytes.Length - 8 < length)
        {
            return 0;
        }

        var message = FlatTable.Root(bytes.Slice(8, length));
        long bodyBytes = message.Int64(3);
        if (bodyBytes < 0)
        {
            throw FlatTable.Corrupt("a body has a negative length");
        }

        if (bytes.Length - 8 - length < bodyBytes)
        {
            return 0;
        }

        var body = bytes.Slice(8 + length, (int)bodyBytes);
        switch (message.Byte(1))
        {
            case 1: ReadSchema(message.Table(2)); break;
            case 2: ReadDictionary(message.Table(2), body); break;
            case 3: batch = ReadBatch(message.Table(2), body); break;
            default: throw new SqlException(SqlState.FeatureNotSupported, "Arrow tensors are not supported");
        }

        return 8 + length + (int)bodyBytes;
    }

    private void ReadSchema(FlatTable schema)
    {
        if (_columns is not null)
        {
            throw FlatTable.Corrupt("a second schema");
        }

        _columns = ArrowSchema.Read(schema);
        HasWeights = _columns.Length > 0 && _columns[^1].Field is { Name: ArrowStreamWriter.WeightName, Type.Id: TypeId.Int64 };
        Fields = [.. _columns.Take(_columns.Length - (HasWeights ? 1 : 0)).Select(c => c.Field)];
    }

    /// <summary>Keeps the values as they came: each batch that uses them decodes them into memory of its own.</summary>
    private void ReadDictionary(FlatTable header, ReadOnlySpan<byte> body)
    {
        long id = header.Int64(0);
        var column = Array.Find(_columns ?? [], c => c.DictionaryId == id);
        if (column.Field.Type is null)
        {
            throw FlatTable.Corrupt($"a dictionary {id} that no field has");
        }

        var reader = new ArrowBodyReader(header.Table(1), body);
        var part = new ArrowPart(reader.Copy(column.Kind));
        if (header.Bool(2) && _dictionaries.TryGetValue(id, out var parts))
        {
            parts.Add(part);
        }
        else
        {
            _dictionaries[id] = [part];
        }
    }

    private OwnedBatch ReadBatch(FlatTable header, ReadOnlySpan<byte> body)
    {
        if (_columns is null)
        {
            throw FlatTable.Corrupt("a batch before the schema");
        }

        var arena = new Arena();
        try
        {
            int rows = (int)Math.Clamp(header.Int64(0), -1, int.MaxValue);
            var reader = new ArrowBodyReader(header, body);
            var batch = new Batch().Reset(Math.Max(rows, 0), Fields.Count);
            for (int i = 0; i < _columns.Length; i++)
            {
                var column = _columns[i];
                var vector = column.DictionaryId < 0
                    ? reader.ReadColumn(column.Kind, column.Field.Type, arena)
                    : reader.ReadCodes(column.Codes, Dictionary(column, arena), arena);
                if (vector.Length != rows)
                {
                    throw FlatTable.Corrupt("a column's length is not the batch's");
                }

                if (i < Fields.Count)
                {
                    batch[i] = vector;
                }
                else
                {
                    SetWeights(batch, vector);
                }
            }

            return new OwnedBatch(batch, arena);
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    private Vector Dictionary(ArrowSchema.Column column, Arena arena)
    {
        if (!_dictionaries.TryGetValue(column.DictionaryId, out var parts))
        {
            throw FlatTable.Corrupt($"dictionary {column.DictionaryId} is missing");
        }

        if (parts.Count == 1)
        {
            return parts[0].Read(column, arena);
        }

        var all = new VectorBuilder(arena, column.Field.Type);
        foreach (var part in parts)
        {
            var values = part.Read(column, arena);
            for (int i = 0; i < values.Length; i++)
            {
                all.AppendFrom(values, i);
            }
        }

        return all.Build();
    }

    private static void SetWeights(Batch batch, Vector weights)
    {
        if (weights.MayHaveNulls)
        {
            throw FlatTable.Corrupt("a weight is null");
        }

        var values = weights.Values<long>();
        if (values.Contains(0))
        {
            throw FlatTable.Corrupt("a weight is 0");
        }

        if (values.ContainsAnyExcept(1))
        {
            batch.SetWeights(values);
        }
    }
}
