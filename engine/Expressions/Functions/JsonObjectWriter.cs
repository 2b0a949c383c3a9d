using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Collects the members of one JSON object in any order and gives its canonical text. Reusable; one thread.</summary>
internal ref struct JsonObjectWriter(int capacity)
{
    private TextSink _members = new(capacity);
    private TextSink _text = new(capacity);

    internal void Start()
    {
        _members.Clear();
        _members.WriteByte((byte)'{');
    }

    /// <summary>A key: the text of a value that is not NULL.</summary>
    internal void Key(in Vector vector, int row, TextOptions options)
    {
        _text.Clear();
        TextFormat.Append(in vector, row, options, ref _text);
        Key(_text.Written);
    }

    internal void Key(scoped ReadOnlySpan<byte> text)
    {
        _members.Write(_members.Position > 1 ? ", "u8 : default);
        JsonbText.AppendQuoted(text, ref _members);
        _members.Write(": "u8);
    }

    internal void Value(in Vector vector, int row, TextOptions options) =>
        JsonbValue.Append(in vector, row, options, ref _members);

    /// <summary>A value that is JSON text already.</summary>
    internal void Json(scoped ReadOnlySpan<byte> json) => _members.Write(json);

    /// <summary>A key and its value as text from lists of text.</summary>
    internal void Text(scoped PackedList keys, int key, scoped PackedList values, int value)
    {
        if (keys.IsNull(key))
        {
            throw new SqlException(SqlState.NullValueNotAllowed, "null value not allowed for object key");
        }

        Key(keys.Bytes(key));
        if (values.IsNull(value))
        {
            _members.Write("null"u8);
        }
        else
        {
            JsonbText.AppendQuoted(values.Bytes(value), ref _members);
        }
    }

    internal StringView Finish(Arena arena)
    {
        _members.WriteByte((byte)'}');
        _text.Clear();
        JsonbValue.AppendSorted(_members.Written, ref _text);
        return arena.AddString(_text.Written);
    }

    internal void Dispose()
    {
        _members.Dispose();
        _text.Dispose();
    }
}
