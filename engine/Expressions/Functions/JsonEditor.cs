using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>What a path's last step does to what it names.</summary>
internal enum JsonEdit : byte
{
    /// <summary>Replaces it, only if it is there.</summary>
    Replace,

    /// <summary>Replaces it, or adds it.</summary>
    Put,
    InsertBefore,
    InsertAfter,
}

/// <summary>
/// Writes changed copies of jsonb values: canonical text in, canonical text out (members stay in the order of their keys).
/// One thread; keeps its lists of parts, one a depth.
/// </summary>
internal sealed class JsonEditor
{
    private readonly List<JsonbParts> _levels = [];
    private int _depth;

    /// <summary>Objects merged, the right winning; arrays and scalars appended.</summary>
    internal void Concatenate(scoped ReadOnlySpan<byte> left, scoped ReadOnlySpan<byte> right, ref TextSink sink)
    {
        bool objects = left[0] == (byte)'{' && right[0] == (byte)'{';
        if (objects)
        {
            scoped var members = new TextSink(left.Length + right.Length);
            members.Write(left[..^1]);
            members.Write(left.Length > 2 && right.Length > 2 ? ", "u8 : default);
            members.Write(right[1..]);
            JsonbValue.AppendSorted(members.Written, ref sink);
            members.Dispose();
            return;
        }

        // Next to an array or a scalar a scalar or an object is an array of one.
        sink.WriteByte((byte)'[');
        var first = Inside(left);
        var second = Inside(right);
        sink.Write(first);
        sink.Write(first.Length > 0 && second.Length > 0 ? ", "u8 : default);
        sink.Write(second);
        sink.WriteByte((byte)']');
    }

    /// <summary>Without a key, or without the string elements equal to it.</summary>
    internal void Delete(scoped ReadOnlySpan<byte> json, scoped ReadOnlySpan<byte> key, ref TextSink sink)
    {
        RefuseScalar(json, "cannot delete from scalar");
        var parts = Enter(json);
        var writer = new Members(json[0]);
        for (int i = 0; i < parts.Count; i++)
        {
            var value = json.Slice(parts[i].Start, parts[i].Length);
            bool matches = parts[i].KeyLength > 0
                ? JsonbParts.KeyIs(json, parts[i], key) : value[0] == (byte)'"' && JsonbParts.Text(value, key);
            if (!matches)
            {
                writer.Begin(json, parts[i], ref sink);
                sink.Write(value);
            }
        }

        writer.End(ref sink);
        Leave();
    }

    /// <summary>Without the element at a position; below 0 from the end.</summary>
    internal void Delete(scoped ReadOnlySpan<byte> json, int index, ref TextSink sink)
    {
        RefuseScalar(json, "cannot delete from scalar");
        if (json[0] == (byte)'{')
        {
            throw new SqlException(SqlState.InvalidParameterValue, "cannot delete from object using integer index");
        }

        var parts = Enter(json);
        Without(json, parts, index < 0 ? index + parts.Count : index, ref sink);
        Leave();
    }

    internal void Delete(scoped ReadOnlySpan<byte> json, scoped PackedList keys, ref TextSink sink)
    {
        RefuseScalar(json, "cannot delete from scalar");
        byte[] current = json.ToArray();
        for (int i = 0; i < keys.Count; i++)
        {
            if (!keys.IsNull(i))
            {
                scoped var next = new TextSink(current.Length);
                Delete(current, keys.Bytes(i), ref next);
                current = next.Written.ToArray();
                next.Dispose();
            }
        }

        sink.Write(current);
    }

    internal void DeletePath(scoped ReadOnlySpan<byte> json, scoped PackedList path, int step, ref TextSink sink)
    {
        if (step == 0)
        {
            RefuseScalar(json, "cannot delete path in scalar");
        }

        var parts = Enter(json);
        int at = step < path.Count && !path.IsNull(step) ? Place(json, parts, path, step) : -1;
        if (at < 0 || at >= parts.Count)
        {
            sink.Write(json);
        }
        else if (step == path.Count - 1)
        {
            Without(json, parts, at, ref sink);
        }
        else
        {
            var writer = new Members(json[0]);
            for (int i = 0; i < parts.Count; i++)
            {
                writer.Begin(json, parts[i], ref sink);
                var value = json.Slice(parts[i].Start, parts[i].Length);
                if (i == at)
                {
                    DeletePath(value, path, step + 1, ref sink);
                }
                else
                {
                    sink.Write(value);
                }
            }

            writer.End(ref sink);
        }

        Leave();
    }

    /// <summary>jsonb_set and jsonb_insert.</summary>
    internal void Edit(
        scoped ReadOnlySpan<byte> json, scoped PackedList path, int step, scoped ReadOnlySpan<byte> value, JsonEdit edit, ref TextSink sink)
    {
        if (step == 0)
        {
            RefuseScalar(json, "cannot set path in scalar");
        }

        if (path.Count == 0 || json[0] is not ((byte)'{' or (byte)'['))
        {
            sink.Write(json);
            return;
        }

        if (path.IsNull(step))
        {
            throw new SqlException(SqlState.NullValueNotAllowed, $"path element at position {step + 1} is null");
        }

        var parts = Enter(json);
        int at = Place(json, parts, path, step);
        bool isLast = step == path.Count - 1;
        bool isThere = at >= 0 && at < parts.Count;
        if (isLast && isThere && json[0] == (byte)'{' && edit is JsonEdit.InsertBefore or JsonEdit.InsertAfter)
        {
            throw new SqlException(SqlState.InvalidParameterValue, "cannot replace existing key");
        }

        if (!isThere && (!isLast || edit == JsonEdit.Replace))
        {
            sink.Write(json);
        }
        else if (json[0] == (byte)'{')
        {
            EditMember(json, parts, at, path, step, value, edit, ref sink);
        }
        else
        {
            EditElement(json, parts, at, path, step, value, edit, ref sink);
        }

        Leave();
    }

    internal void StripNulls(scoped ReadOnlySpan<byte> json, ref TextSink sink)
    {
        if (json[0] is not ((byte)'{' or (byte)'['))
        {
            sink.Write(json);
            return;
        }

        var parts = Enter(json);
        var writer = new Members(json[0]);
        for (int i = 0; i < parts.Count; i++)
        {
            var value = json.Slice(parts[i].Start, parts[i].Length);
            if (parts[i].KeyLength == 0 || value[0] != (byte)'n')
            {
                writer.Begin(json, parts[i], ref sink);
                StripNulls(value, ref sink);
            }
        }

        writer.End(ref sink);
        Leave();
    }

    private static void RefuseScalar(ReadOnlySpan<byte> json, string message)
    {
        if (json[0] is not ((byte)'{' or (byte)'['))
        {
            throw new SqlException(SqlState.InvalidParameterValue, message);
        }
    }

    private static ReadOnlySpan<byte> Inside(ReadOnlySpan<byte> json) => json[0] == (byte)'[' ? json[1..^1] : json;

    /// <summary>The part a step names; for an array a position, -1 before the first, the count behind the last.</summary>
    private static int Place(ReadOnlySpan<byte> json, JsonbParts parts, PackedList path, int step)
    {
        var text = path.Bytes(step);
        if (json[0] == (byte)'{')
        {
            return parts.Find(json, text);
        }

        if (json[0] != (byte)'[')
        {
            return -1;
        }

        if (IntegerText.TryParseInt32(text, out int index) != ValueStatus.Ok)
        {
            throw new SqlException(
                SqlState.InvalidTextRepresentation,
                $"path element at position {step + 1} is not an integer: \"{System.Text.Encoding.UTF8.GetString(text)}\"");
        }

        return index < 0 ? Math.Max(index + parts.Count, -1) : Math.Min(index, parts.Count);
    }

    private static void Without(scoped ReadOnlySpan<byte> json, JsonbParts parts, int at, ref TextSink sink)
    {
        var writer = new Members(json[0]);
        for (int i = 0; i < parts.Count; i++)
        {
            if (i != at)
            {
                writer.Begin(json, parts[i], ref sink);
                sink.Write(json.Slice(parts[i].Start, parts[i].Length));
            }
        }

        writer.End(ref sink);
    }

    private void EditMember(
        scoped ReadOnlySpan<byte> json, JsonbParts parts, int at, scoped PackedList path, int step, scoped ReadOnlySpan<byte> value,
        JsonEdit edit, ref TextSink sink)
    {
        scoped var members = new TextSink(json.Length + value.Length);
        var writer = new Members((byte)'{');
        for (int i = 0; i < parts.Count; i++)
        {
            writer.Begin(json, parts[i], ref members);
            Inner(json.Slice(parts[i].Start, parts[i].Length), i == at, path, step, value, edit, ref members);
        }

        if (at < 0)
        {
            writer.Comma(ref members);
            JsonbText.AppendQuoted(path.Bytes(step), ref members);
            members.Write(": "u8);
            members.Write(value);
        }

        writer.End(ref members);
        JsonbValue.AppendSorted(members.Written, ref sink);
        members.Dispose();
    }

    private void EditElement(
        scoped ReadOnlySpan<byte> json, JsonbParts parts, int at, scoped PackedList path, int step, scoped ReadOnlySpan<byte> value,
        JsonEdit edit, ref TextSink sink)
    {
        bool inserts = step == path.Count - 1 && (at < 0 || at >= parts.Count || edit is JsonEdit.InsertBefore or JsonEdit.InsertAfter);
        int before = !inserts ? -1 : at < 0 ? 0 : at < parts.Count && edit == JsonEdit.InsertAfter ? at + 1 : at;
        var writer = new Members((byte)'[');
        for (int i = 0; i <= parts.Count; i++)
        {
            if (i == before)
            {
                writer.Comma(ref sink);
                sink.Write(value);
            }

            if (i < parts.Count)
            {
                writer.Begin(json, parts[i], ref sink);
                Inner(json.Slice(parts[i].Start, parts[i].Length), i == at && !inserts, path, step, value, edit, ref sink);
            }
        }

        writer.End(ref sink);
    }

    private void Inner(
        scoped ReadOnlySpan<byte> part, bool isNamed, scoped PackedList path, int step, scoped ReadOnlySpan<byte> value, JsonEdit edit,
        ref TextSink sink)
    {
        if (!isNamed)
        {
            sink.Write(part);
        }
        else if (step == path.Count - 1)
        {
            sink.Write(value);
        }
        else
        {
            Edit(part, path, step + 1, value, edit, ref sink);
        }
    }

    private JsonbParts Enter(scoped ReadOnlySpan<byte> json)
    {
        if (_depth == _levels.Count)
        {
            _levels.Add(new JsonbParts());
        }

        return _levels[_depth++].Read(json);
    }

    private void Leave() => _depth--;

    /// <summary>Writes the brackets and commas of one object or array.</summary>
    private struct Members(byte opening)
    {
        private bool _hasBegun;
        private bool _isOpen;

        internal void Begin(scoped ReadOnlySpan<byte> json, JsonbParts.Part part, ref TextSink sink)
        {
            Comma(ref sink);
            if (part.KeyLength > 0)
            {
                sink.Write(json.Slice(part.KeyStart, part.KeyLength));
                sink.Write(": "u8);
            }
        }

        internal void Comma(ref TextSink sink)
        {
            Open(ref sink);
            sink.Write(_hasBegun ? ", "u8 : default);
            _hasBegun = true;
        }

        internal void End(ref TextSink sink)
        {
            Open(ref sink);
            sink.WriteByte(opening == (byte)'{' ? (byte)'}' : (byte)']');
        }

        private void Open(ref TextSink sink)
        {
            if (!_isOpen)
            {
                sink.WriteByte(opening);
                _isOpen = true;
            }
        }
    }
}
