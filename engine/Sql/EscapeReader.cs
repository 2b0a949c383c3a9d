using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Sql;

/// <summary>Resolves the backslash escapes of one E'' string. Bytes given by \xhh and \ooo must join to valid UTF-8.
/// </summary>
internal ref struct EscapeReader(string raw, int position)
{
    private readonly StringBuilder _text = new(raw.Length);
    private readonly List<byte> _bytes = [];
    private int _at;

    public string Read()
    {
        while (_at < raw.Length)
        {
            char c = raw[_at++];
            if (c != '\\' || _at == raw.Length)
            {
                Put(c);
                continue;
            }

            Escape(raw[_at++]);
        }

        FlushBytes();
        return LiteralText.Surrogates(_text, position);
    }

    private void Put(char c)
    {
        FlushBytes();
        _text.Append(c);
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case 'b':
                Put('\b');
                break;
            case 'f':
                Put('\f');
                break;
            case 'n':
                Put('\n');
                break;
            case 'r':
                Put('\r');
                break;
            case 't':
                Put('\t');
                break;
            case 'v':
                Put('\v');
                break;
            case 'u' or 'U':
                int digits = c == 'u' ? 4 : 8;
                if (LiteralText.HexNumber(raw, _at, digits) is not int code)
                {
                    throw new SqlException(
                        SqlState.InvalidEscapeSequence, "invalid Unicode escape", position,
                        "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.");
                }

                FlushBytes();
                LiteralText.AppendCode(_text, code, position);
                _at += digits;
                break;
            case >= '0' and <= '7':
                _at--;
                PutByte(Digits(3, 8));
                break;
            case 'x' when _at < raw.Length && char.IsAsciiHexDigit(raw[_at]):
                PutByte(Digits(2, 16));
                break;
            default:
                Put(c);
                break;
        }
    }

    private int Digits(int count, int radix)
    {
        int value = 0;
        for (; count > 0 && _at < raw.Length && char.IsAsciiHexDigit(raw[_at]); count--, _at++)
        {
            int digit = LiteralText.HexValue(raw[_at]);
            if (digit >= radix)
            {
                break;
            }

            value = (value * radix) + digit;
        }

        return value & 0xFF;
    }

    private readonly void PutByte(int value)
    {
        if (value == 0)
        {
            throw Invalid("0x00");
        }

        _bytes.Add((byte)value);
    }

    private readonly void FlushBytes()
    {
        if (_bytes.Count == 0)
        {
            return;
        }

        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                throw Invalid(string.Join(' ', _bytes.Take(4).Select(b => $"0x{b:x2}")));
            }

            _text.Append(rune.ToString());
            rest = rest[consumed..];
        }

        _bytes.Clear();
    }

    private readonly SqlException Invalid(string bytes) => new(
        SqlState.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"UTF8\": {bytes}", position);
}
