using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// Takes one CSV record, without its newline, apart into fields. A field without quotes is a slice of the record; one
/// with quotes is put together in the caller's sink and is valid until the next call. Quotes may open inside a field, as
/// PostgreSQL allows.
/// </summary>
internal ref struct CsvRow
{
    private readonly ReadOnlySpan<byte> _row;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly byte _escape;
    private int _at;

    internal CsvRow(ReadOnlySpan<byte> row, byte delimiter, byte quote, byte escape)
    {
        _row = row;
        _delimiter = delimiter;
        _quote = quote;
        _escape = escape;
    }

    /// <summary>True once the last field was read.</summary>
    internal readonly bool IsAtEnd => _at > _row.Length;

    /// <summary>A quote was opened and never closed.</summary>
    internal bool IsUnterminated { get; private set; }

    /// <summary>The next field; a record has at least one, and one more than it has delimiters.</summary>
    internal ReadOnlySpan<byte> Next(ref TextSink scratch, out bool isQuoted)
    {
        var rest = _row[_at..];
        int end = rest.IndexOfAny(_delimiter, _quote);
        isQuoted = false;
        if (end < 0 || rest[end] == _delimiter)
        {
            end = end < 0 ? rest.Length : end;
            _at += end + 1;
            return rest[..end];
        }

        isQuoted = true;
        return NextQuoted(ref scratch);
    }

    private ReadOnlySpan<byte> NextQuoted(ref TextSink scratch)
    {
        scratch.Clear();
        bool inQuotes = false;
        while (_at < _row.Length)
        {
            var rest = _row[_at..];
            int next = inQuotes ? rest.IndexOfAny(_quote, _escape) : rest.IndexOfAny(_quote, _delimiter);
            next = next < 0 ? rest.Length : next;
            scratch.Write(rest[..next]);
            _at += next;
            if (_at == _row.Length)
            {
                break;
            }

            byte found = _row[_at++];
            if (!inQuotes && found == _delimiter)
            {
                return scratch.Written;
            }

            if (inQuotes && found == _escape && _at < _row.Length && (_row[_at] == _quote || _row[_at] == _escape))
            {
                scratch.WriteByte(_row[_at++]);
            }
            else if (found == _quote)
            {
                inQuotes = !inQuotes;
            }
            else
            {
                // An escape before something else stands for itself.
                scratch.WriteByte(found);
            }
        }

        IsUnterminated = inQuotes;
        _at = _row.Length + 1;
        return scratch.Written;
    }
}
