using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>The buffers of one array: slices of a message's body, or arrays kept from one.</summary>
internal readonly ref struct ArrowBuffers
{
    private readonly byte[][]? _kept;
    private readonly FlatTable _batch;
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _first;

    internal ArrowBuffers(byte[][] kept)
    {
        _kept = kept;
        Count = kept.Length;
    }

    internal ArrowBuffers(FlatTable batch, ReadOnlySpan<byte> body, int first, int count)
    {
        _batch = batch;
        _body = body;
        _first = first;
        Count = count;
    }

    internal int Count { get; }

    internal ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (_kept is not null)
            {
                return _kept[index];
            }

            var (offset, length) = _batch.VectorPair(2, _first + index);
            return offset < 0 || length < 0 || offset > _body.Length - length
                ? throw FlatTable.Corrupt("a buffer lies outside the body") : _body.Slice((int)offset, (int)length);
        }
    }
}

/// <summary>Walks the arrays of one record batch in order: nodes, buffers, counts of variadic buffers.</summary>
internal ref struct ArrowBodyReader
{
    private readonly FlatTable _batch;
    private readonly ReadOnlySpan<byte> _body;
    private int _node;
    private int _buffer;
    private int _variadic;

    internal ArrowBodyReader(FlatTable batch, ReadOnlySpan<byte> body)
    {
        if (batch.Has(3))
        {
            throw new SqlException(SqlState.FeatureNotSupported, "compressed Arrow data is not supported");
        }

        _batch = batch;
        _body = body;
    }

    internal Vector ReadColumn(ArrowKind kind, SqlType type, Arena arena)
    {
        int length = Next(kind, out long nulls, out var buffers);
        return ArrowColumnReader.Read(kind, type, length, nulls, buffers, arena);
    }

    internal Vector ReadCodes(ArrowKind codes, in Vector dictionary, Arena arena)
    {
        int length = Next(codes, out long nulls, out var buffers);
        return ArrowColumnReader.ReadCodes(codes, dictionary, length, nulls, buffers, arena);
    }

    /// <summary>The next array's buffers, copied.</summary>
    internal ArrowPart.Content Copy(ArrowKind kind)
    {
        int length = Next(kind, out long nulls, out var buffers);
        byte[][] copies = new byte[buffers.Count][];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = buffers[i].ToArray();
        }

        return new ArrowPart.Content(length, nulls, copies);
    }

    private int Next(ArrowKind kind, out long nulls, out ArrowBuffers buffers)
    {
        (long length, nulls) = _batch.VectorPair(1, _node++);
        if (length is < 0 or > int.MaxValue || nulls < 0 || nulls > length)
        {
            throw FlatTable.Corrupt("a column has an impossible length");
        }

        int count = kind.Id is ArrowTypeId.Utf8 or ArrowTypeId.Binary or ArrowTypeId.LargeUtf8 or ArrowTypeId.LargeBinary ? 3 : 2;
        if (kind.IsView)
        {
            long variadic = _batch.VectorInt64(4, _variadic++);
            count += variadic is >= 0 and < 1 << 20 ? (int)variadic : throw FlatTable.Corrupt("a column has too many buffers");
        }

        buffers = new ArrowBuffers(_batch, _body, _buffer, count);
        _buffer += count;
        return (int)length;
    }
}
