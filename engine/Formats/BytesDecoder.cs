using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>ENCODE BYTES: the record as it is, in one bytea column. In files a record is a line.</summary>
internal sealed class BytesDecoder : IRecordDecoder
{
    internal BytesDecoder(IReadOnlyDictionary<string, string> options, IReadOnlyList<(string Name, SqlType Type)> columns)
    {
        if (options.Count > 0)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"ENCODE BYTES has no option \"{options.Keys.First()}\"");
        }

        if (columns.Count != 1 || columns[0].Type.Id != TypeId.Bytea)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, "ENCODE BYTES needs exactly one column, of type bytea");
        }
    }

    public int FindRecord(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1;

    public string? Decode(ReadOnlySpan<byte> record, ReadOnlySpan<VectorBuilder> columns)
    {
        columns[0].AppendBytes(record);
        return null;
    }
}
