namespace Vectorized.Engine.Formats;

/// <summary>
/// Finds where CSV records end: at a newline outside quotes. Remembers how far it looked, so that bytes that come in
/// pieces are looked at once. (RFC 4180; PostgreSQL's ESCAPE may differ from its QUOTE.)
/// </summary>
internal struct CsvScanner(byte quote, byte escape)
{
    private int _at;
    private bool _skipsNext;

    /// <summary>Whether the bytes looked at end inside quotes.</summary>
    internal bool IsInQuotes { get; private set; }

    /// <summary>
    /// The end of the record that starts at the span's start, its newline included, or 0 if it is not there yet; the
    /// next call then goes on where this one stopped and must see the same bytes again with more behind them.
    /// </summary>
    internal int FindEnd(ReadOnlySpan<byte> bytes)
    {
        while (_at < bytes.Length)
        {
            if (_skipsNext)
            {
                _skipsNext = false;
                _at++;
                continue;
            }

            var rest = bytes[_at..];
            int next = !IsInQuotes ? rest.IndexOfAny(quote, (byte)'\n') : rest.IndexOfAny(quote, escape);
            if (next < 0)
            {
                _at = bytes.Length;
                break;
            }

            _at += next + 1;
            byte found = rest[next];
            if (IsInQuotes && found == escape && escape != quote)
            {
                _skipsNext = true;
            }
            else if (found == quote)
            {
                IsInQuotes = !IsInQuotes;
            }
            else
            {
                int end = _at;
                Reset();
                return end;
            }
        }

        return 0;
    }

    internal void Reset()
    {
        _at = 0;
        _skipsNext = false;
        IsInQuotes = false;
    }
}
