using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// A LIKE pattern taken apart once: literal pieces between the %. The common shapes (equal, prefix, suffix, contains) are
/// one vectorised search; others match piece by piece from the left, the last piece at the end, which finds a match if
/// there is one. Works on UTF-8 bytes; _ stands for a code point. Immutable.
/// </summary>
internal sealed class LikePattern
{
    private readonly Piece[] _pieces;
    private readonly Form _form;

    /// <param name="pattern">UTF-8; backslash escapes.</param>
    internal LikePattern(ReadOnlySpan<byte> pattern)
    {
        _pieces = Split(pattern);
        _form = FormOf(_pieces);
    }

    private enum Form : byte
    {
        General,
        Equal,
        Prefix,
        Suffix,
        Contains,
        PrefixAndSuffix,
    }

    internal bool Matches(ReadOnlySpan<byte> text) => _form switch
    {
        Form.Equal => text.SequenceEqual(_pieces[0].Bytes),
        Form.Prefix => text.StartsWith(_pieces[0].Bytes),
        Form.Suffix => text.EndsWith(_pieces[1].Bytes),
        Form.Contains => text.IndexOf(_pieces[1].Bytes) >= 0,
        Form.PrefixAndSuffix => text.Length >= _pieces[0].Bytes.Length + _pieces[1].Bytes.Length
            && text.StartsWith(_pieces[0].Bytes) && text.EndsWith(_pieces[1].Bytes),
        _ => MatchesGeneral(text),
    };

    private bool MatchesGeneral(ReadOnlySpan<byte> text)
    {
        int at = _pieces[0].MatchAt(text, 0);
        if (at < 0 || _pieces.Length == 1)
        {
            return at == text.Length;
        }

        for (int i = 1; i < _pieces.Length - 1; i++)
        {
            at = _pieces[i].Find(text, at);
            if (at < 0)
            {
                return false;
            }
        }

        var last = _pieces[^1];
        int start = last.StartFromEnd(text);
        return start >= at && last.MatchAt(text, start) == text.Length;
    }

    private static Form FormOf(Piece[] pieces)
    {
        if (pieces.Any(p => p.HasWildcard))
        {
            return Form.General;
        }

        return pieces.Length switch
        {
            1 => Form.Equal,
            2 when pieces[1].IsEmpty => Form.Prefix,
            2 when pieces[0].IsEmpty => Form.Suffix,
            2 => Form.PrefixAndSuffix,
            3 when pieces[0].IsEmpty && pieces[2].IsEmpty => Form.Contains,
            _ => Form.General,
        };
    }

    private static Piece[] Split(ReadOnlySpan<byte> pattern)
    {
        var pieces = new List<Piece>();
        var bytes = new List<byte>();
        var wildcards = new List<bool>();
        for (int i = 0; i < pattern.Length; i++)
        {
            byte b = pattern[i];
            if (b == (byte)'%')
            {
                // Several in a row are one.
                if (pieces.Count == 0 || bytes.Count > 0)
                {
                    pieces.Add(new Piece([.. bytes], [.. wildcards]));
                    bytes.Clear();
                    wildcards.Clear();
                }

                continue;
            }

            if (b == (byte)'\\')
            {
                if (++i == pattern.Length)
                {
                    throw new SqlException(SqlState.InvalidEscapeSequence, "LIKE pattern must not end with escape character");
                }
            }

            bytes.Add(pattern[i]);
            wildcards.Add(b == (byte)'_');
        }

        pieces.Add(new Piece([.. bytes], [.. wildcards]));
        return [.. pieces];
    }

    /// <summary>Literal bytes in which some stand for any character.</summary>
    private sealed class Piece(byte[] bytes, bool[] wildcards)
    {
        internal byte[] Bytes => bytes;

        internal bool IsEmpty => bytes.Length == 0;

        internal bool HasWildcard { get; } = wildcards.Contains(true);

        /// <summary>Characters the piece spans.</summary>
        private readonly int _characters = bytes.Where((b, i) => wildcards[i] || (b & 0xC0) != 0x80).Count();

        /// <summary>Where a match that starts at a position ends, or -1.</summary>
        internal int MatchAt(ReadOnlySpan<byte> text, int at)
        {
            if (!HasWildcard)
            {
                return text[at..].StartsWith(bytes) ? at + bytes.Length : -1;
            }

            for (int i = 0; i < bytes.Length; i++)
            {
                if (at >= text.Length || (!wildcards[i] && text[at] != bytes[i]))
                {
                    return -1;
                }

                at += wildcards[i] ? Utf8Text.Length(text[at]) : 1;
            }

            return at;
        }

        /// <summary>Where the first match at or after a position ends, or -1.</summary>
        internal int Find(ReadOnlySpan<byte> text, int from)
        {
            if (!HasWildcard)
            {
                int found = text[from..].IndexOf(bytes);
                return found < 0 ? -1 : from + found + bytes.Length;
            }

            for (int at = from; at < text.Length; at += Utf8Text.Length(text[at]))
            {
                int end = MatchAt(text, at);
                if (end >= 0)
                {
                    return end;
                }
            }

            return -1;
        }

        /// <summary>Where a match that ends with the text would start, or -1.</summary>
        internal int StartFromEnd(ReadOnlySpan<byte> text)
        {
            if (!HasWildcard)
            {
                return text.Length - bytes.Length;
            }

            int start = Utf8Text.OffsetFromEnd(text, _characters);
            return Utf8Text.Count(text[start..]) == _characters ? start : -1;
        }
    }

    public override string ToString() => string.Join('%', _pieces.Select(p => Encoding.UTF8.GetString(p.Bytes)));
}
