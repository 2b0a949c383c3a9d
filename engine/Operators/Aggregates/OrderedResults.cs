using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Reads a group's values in order, from the ordered set as it stands at the moment.</summary>
internal abstract class OrderedResult(OrderedValues values, SqlType type) : AggregateResult(type)
{
    protected OrderedValues Values => values;

    internal sealed override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            Write(view.Prefixes[i], ref output, start + i, arena);
        }
    }

    protected abstract void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena);

    protected OrderedCursor First(ReadOnlySpan<byte> prefix)
    {
        var cursor = values.Set.Seek(prefix);
        return cursor.IsValid && cursor.KeyStartsWith(prefix) ? cursor : default;
    }
}

/// <summary>min and max, first_value and last_value: the value at one end.</summary>
internal sealed class EndResult(OrderedValues values, bool isLast, SqlType type) : OrderedResult(values, type)
{
    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = isLast ? Values.Set.SeekLast(prefix) : First(prefix);
        if (cursor.IsValid)
        {
            Values.Read(in cursor, prefix.Length, ref output, row, arena);
        }
        else
        {
            SetNull(ref output, row);
        }
    }
}

/// <summary>The value of a group's only row; a second row is the user's error.</summary>
internal sealed class SingleValueResult(OrderedValues values, SqlType type) : OrderedResult(values, type)
{
    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = First(prefix);
        if (!cursor.IsValid)
        {
            SetNull(ref output, row);
            return;
        }

        Values.Read(in cursor, prefix.Length, ref output, row, arena);
        bool isAlone = cursor.Count == 1;
        if (!isAlone || (cursor.MoveNext() && cursor.KeyStartsWith(prefix)))
        {
            throw new SqlException(
                SqlState.CardinalityViolation, "more than one row returned by a subquery used as an expression");
        }
    }
}

/// <summary>string_agg: the values in order, each but the first behind its own separator.</summary>
internal sealed class StringAggResult(OrderedValues values, bool isDistinct, bool hasSeparator, SqlType type)
    : OrderedResult(values, type)
{
    private byte[] _text = new byte[256];
    private int _length;

    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = First(prefix);
        if (!cursor.IsValid)
        {
            SetNull(ref output, row);
            return;
        }

        _length = 0;
        bool isFirst = true;
        do
        {
            var mark = arena.Position;
            var value = Values.Value(in cursor, 0, arena);
            var separator = hasSeparator ? Values.Value(in cursor, 1, arena) : default;
            for (long i = isDistinct ? 1 : cursor.Count; i > 0; i--)
            {
                if (!isFirst && hasSeparator && separator.IsValid(0))
                {
                    Append(separator.Bytes(0));
                }

                Append(value.Bytes(0));
                isFirst = false;
            }

            arena.Release(mark);
        }
        while (cursor.MoveNext() && cursor.KeyStartsWith(prefix));

        output.Views[row] = arena.AddString(_text.AsSpan(0, _length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_text.Length - _length < bytes.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_text.AsSpan(_length));
        _length += bytes.Length;
    }
}

/// <summary>array_agg: the values in order as a list, NULLs among them.</summary>
internal sealed class ArrayAggResult(OrderedValues values, bool isDistinct, SqlType type) : OrderedResult(values, type)
{
    private readonly PackedBuilder _builder = new();

    protected override void Write(ReadOnlySpan<byte> prefix, ref Vector output, int row, Arena arena)
    {
        var cursor = First(prefix);
        if (!cursor.IsValid)
        {
            SetNull(ref output, row);
            return;
        }

        _builder.Clear();
        do
        {
            var mark = arena.Position;
            var value = Values.Value(in cursor, 0, arena);
            for (long i = isDistinct ? 1 : cursor.Count; i > 0; i--)
            {
                _builder.AppendFrom(in value, 0);
            }

            arena.Release(mark);
        }
        while (cursor.MoveNext() && cursor.KeyStartsWith(prefix));

        var sink = new TextSink(256);
        _builder.WriteList(ref sink);
        output.Views[row] = arena.AddString(sink.Written);
        sink.Dispose();
    }
}
