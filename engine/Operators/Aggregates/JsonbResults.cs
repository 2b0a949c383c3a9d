using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>jsonb_agg: the values, which are jsonb already, in order as an array; a SQL NULL is null.</summary>
internal sealed class JsonbAggResult(OrderedValues values, bool isDistinct, SqlType type) : OrderedResult(values, type)
{
    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = First(prefix);
        if (!cursor.IsValid)
        {
            SetNull(ref output, row);
            return;
        }

        var sink = new TextSink(256);
        sink.WriteByte((byte)'[');
        do
        {
            var mark = arena.Position;
            var value = Values.Value(in cursor, 0, arena);
            for (long i = isDistinct ? 1 : cursor.Count; i > 0; i--)
            {
                sink.Write(sink.Position > 1 ? ", "u8 : default);
                sink.Write(value.IsValid(0) ? value.Bytes(0) : "null"u8);
            }

            arena.Release(mark);
        }
        while (cursor.MoveNext() && cursor.KeyStartsWith(prefix));

        sink.WriteByte((byte)']');
        output.Views[row] = arena.AddString(sink.Written);
        sink.Dispose();
    }
}

/// <summary>jsonb_object_agg: the keys with their values, of a repeated key the last in order; a NULL key is an error.</summary>
internal sealed class JsonbObjectAggResult(OrderedValues values, SqlType type) : OrderedResult(values, type)
{
    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = First(prefix);
        if (!cursor.IsValid)
        {
            SetNull(ref output, row);
            return;
        }

        var raw = new TextSink(256);
        raw.WriteByte((byte)'{');
        do
        {
            var mark = arena.Position;
            var key = Values.Value(in cursor, 0, arena);
            if (!key.IsValid(0))
            {
                throw new SqlException(SqlState.NullValueNotAllowed, "field name must not be null");
            }

            var value = Values.Value(in cursor, 1, arena);
            raw.Write(raw.Position > 1 ? ", "u8 : default);
            JsonbText.AppendQuoted(key.Bytes(0), ref raw);
            raw.Write(": "u8);
            raw.Write(value.IsValid(0) ? value.Bytes(0) : "null"u8);
            arena.Release(mark);
        }
        while (cursor.MoveNext() && cursor.KeyStartsWith(prefix));

        raw.WriteByte((byte)'}');
        var sorted = new TextSink(raw.Position);
        if (JsonbText.TryNormalize(raw.Written, ref sorted) != ValueStatus.Ok)
        {
            throw new SqlException(SqlState.InternalError, "jsonb_object_agg made no JSON");
        }

        output.Views[row] = arena.AddString(sorted.Written);
        raw.Dispose();
        sorted.Dispose();
    }
}
