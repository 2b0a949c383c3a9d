using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// A row's text as the UTF-16 the regex engine wants, in a rented buffer, with the way back: parts of ASCII text are
/// slices of the row's bytes.
/// </summary>
internal ref struct RegexText
{
    private char[] _chars;
    private ReadOnlySpan<byte> _bytes;
    private int _length;
    private bool _isAscii;

    internal RegexText(int capacity)
    {
        _chars = ArrayPool<char>.Shared.Rent(capacity);
        _bytes = default;
        _length = 0;
        _isAscii = true;
    }

    internal readonly ReadOnlySpan<char> Chars => _chars.AsSpan(0, _length);

    internal void Set(ReadOnlySpan<byte> text)
    {
        if (_chars.Length < text.Length)
        {
            ArrayPool<char>.Shared.Return(_chars);
            _chars = ArrayPool<char>.Shared.Rent(text.Length);
        }

        _bytes = text;
        _length = Encoding.UTF8.GetChars(text, _chars);
        _isAscii = _length == text.Length;
    }

    /// <summary>A part of the text as bytes of the row where it can be, else through a scratch sink.</summary>
    internal readonly ReadOnlySpan<byte> Bytes(int index, int length, ref TextSink scratch)
    {
        if (_isAscii)
        {
            return _bytes.Slice(index, length);
        }

        scratch.Clear();
        Append(index, length, ref scratch);
        return scratch.Written;
    }

    internal readonly void Append(int index, int length, ref TextSink sink)
    {
        if (_isAscii)
        {
            sink.Write(_bytes.Slice(index, length));
            return;
        }

        int written = Encoding.UTF8.GetBytes(_chars.AsSpan(index, length), sink.GetSpan(length * 3));
        sink.Advance(written);
    }

    /// <summary>A part of the text as a view, sharing the row's bytes where it can.</summary>
    internal readonly StringView View(in TextColumn texts, int row, int index, int length, Arena arena, ref TextSink scratch) =>
        _isAscii ? texts.Slice(row, index, length) : arena.AddString(Bytes(index, length, ref scratch));

    internal readonly void Dispose() => ArrayPool<char>.Shared.Return(_chars);

    internal static SqlException TimedOut(RegexMatchTimeoutException e) => new(
        SqlState.ProgramLimitExceeded, "regular expression took too long", detail: e.Message,
        hint: "Simplify the pattern: nested or adjacent repetitions make matching slow.");
}
