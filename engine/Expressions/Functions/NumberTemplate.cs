using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// A numeric to_char template: digits 9 and 0, the point (. D), groups (, G), signs (S MI PL SG PR), FM, TH, currency L and
/// quoted text. RN, V and EEEE are refused by name. Immutable.
/// </summary>
internal sealed class NumberTemplate
{
    private readonly List<(char Kind, string Text)> _parts = [];
    private bool _fill;
    private int _whole;
    private int _firstZero = int.MaxValue;
    private int _lastZeroDecimal = -1;

    /// <summary>Digits after the point.</summary>
    internal int Decimals { get; private set; }

    internal static NumberTemplate Parse(ReadOnlySpan<byte> template)
    {
        string text = Encoding.UTF8.GetString(template);
        var result = new NumberTemplate();
        bool afterPoint = false;
        for (int at = 0; at < text.Length;)
        {
            string two = at + 1 < text.Length ? text.Substring(at, 2).ToUpperInvariant() : "";
            if (two is "FM")
            {
                result._fill = true;
                at += 2;
            }
            else if (two is "MI" or "PL" or "SG" or "PR" or "TH")
            {
                result._parts.Add((two switch { "MI" => 'M', "PL" => 'P', "SG" => 'g', "PR" => 'R', _ => 't' }, text.Substring(at, 2)));
                at += 2;
            }
            else if (two is "RN" || char.ToUpperInvariant(text[at]) == 'V' || (two is "EE"))
            {
                throw new SqlException(SqlState.FeatureNotSupported, $"to_char template pattern \"{text[at..]}\" is not supported");
            }
            else
            {
                at = result.TakeOne(text, at, ref afterPoint);
            }
        }

        return result;
    }

    private int TakeOne(string text, int at, ref bool afterPoint)
    {
        char c = text[at];
        switch (c)
        {
            case '9' or '0':
                if (afterPoint)
                {
                    _lastZeroDecimal = c == '0' ? Decimals : _lastZeroDecimal;
                    Decimals++;
                }
                else
                {
                    _firstZero = c == '0' ? Math.Min(_firstZero, _whole) : _firstZero;
                    _whole++;
                }

                _parts.Add((afterPoint ? 'd' : 'w', ""));
                break;
            case '.' or 'D' or 'd':
                if (afterPoint)
                {
                    throw new SqlException(SqlState.SyntaxError, "multiple decimal points");
                }

                afterPoint = true;
                _parts.Add(('.', ""));
                break;
            case ',' or 'G' or 'g':
                _parts.Add((',', ""));
                break;
            case 'S' or 's':
                _parts.Add(('S', ""));
                break;
            case 'L' or 'l':
                _parts.Add(('x', " "));
                break;
            case '"':
                int end = text.IndexOf('"', at + 1);
                end = end < 0 ? text.Length : end;
                _parts.Add(('x', text[(at + 1)..end]));
                return end + 1;
            default:
                _parts.Add(('x', c.ToString()));
                break;
        }

        return at + 1;
    }

    /// <summary>Writes a number given in plain notation and rounded to <see cref="Decimals"/>.</summary>
    internal void Append(ReadOnlySpan<byte> number, ref TextSink sink)
    {
        bool negative = number.Length > 0 && number[0] == (byte)'-';
        number = negative ? number[1..] : number;
        int point = number.IndexOf((byte)'.');
        var whole = point < 0 ? number : number[..point];
        var decimals = point < 0 ? default : number[(point + 1)..];
        bool isNumber = whole.Length > 0 && whole[0] is >= (byte)'0' and <= (byte)'9';
        if (whole.Length == 1 && whole[0] == (byte)'0' && _whole > 0)
        {
            whole = default;
        }

        bool overflow = !isNumber || whole.Length > _whole;
        bool hasSign = _parts.Exists(p => p.Kind is 'S' or 'M' or 'g' or 'R');
        int lead = Math.Min(_whole - whole.Length, _firstZero);
        bool isZero = whole.IsEmpty && decimals.IndexOfAnyExcept((byte)'0') < 0;
        // A lone zero shows when nothing else would.
        bool lonely = whole.IsEmpty && _firstZero == int.MaxValue && Decimals == 0;
        lead = lonely ? _whole - 1 : lead;
        negative &= !isZero || overflow;
        var body = new StringBuilder();
        bool signed = false;
        int wholeAt = 0;
        int decimalAt = 0;
        bool started = false;
        string? trailing = null;
        foreach (var (kind, literal) in _parts)
        {
            switch (kind)
            {
                case 'w':
                    if (wholeAt >= lead || overflow)
                    {
                        if (!started && !hasSign && !signed)
                        {
                            body.Append(negative ? "-" : _fill ? "" : " ");
                            signed = true;
                        }

                        started = true;
                        int index = wholeAt - (_whole - whole.Length);
                        body.Append(overflow ? '#' : index >= 0 ? (char)whole[index] : '0');
                    }
                    else if (!_fill)
                    {
                        body.Append(' ');
                    }

                    wholeAt++;
                    break;
                case ',':
                    body.Append(started ? "," : _fill ? "" : " ");
                    break;
                case '.':
                    if (!started && !hasSign && !signed)
                    {
                        body.Append(negative ? "-" : _fill ? "" : " ");
                        signed = true;
                    }

                    started = true;
                    body.Append('.');
                    break;
                case 'd':
                    bool significant = !_fill || decimalAt <= _lastZeroDecimal
                        || decimals[Math.Min(decimalAt, decimals.Length)..].IndexOfAnyExcept((byte)'0') >= 0;
                    body.Append(overflow ? "#" : decimalAt < decimals.Length ? significant ? ((char)decimals[decimalAt]).ToString() : ""
                        : significant ? "0" : "");
                    decimalAt++;
                    break;
                case 'S': body.Append(body.Length == 0 || !started ? "\u0001" : negative ? "-" : "+"); break;
                case 'M': body.Append(negative ? "-" : _fill ? "" : " "); break;
                case 'P': body.Append(negative ? _fill ? "" : " " : "+"); break;
                case 'g': body.Append(negative ? "-" : "+"); break;
                case 'R': trailing = negative ? ">" : _fill ? "" : " "; break;
                case 't':
                    if (!negative && Decimals == 0)
                    {
                        body.Append(Ordinal(whole, literal));
                    }

                    break;
                default: body.Append(literal); break;
            }
        }

        Finish(body, negative, trailing, ref sink);
    }

    private static string Ordinal(ReadOnlySpan<byte> whole, string spelled)
    {
        int last = whole.Length > 0 ? whole[^1] - '0' : 0;
        bool teen = whole.Length > 1 && whole[^2] == (byte)'1';
        string suffix = teen ? "TH" : last switch { 1 => "ST", 2 => "ND", 3 => "RD", _ => "TH" };
        return char.IsLower(spelled[0]) ? suffix.ToLowerInvariant() : suffix;
    }

    /// <summary>A leading S stands right before the first digit, as do the brackets of PR.</summary>
    private static void Finish(StringBuilder body, bool negative, string? trailing, ref TextSink sink)
    {
        string text = body.ToString();
        if (text.Contains('\u0001'))
        {
            text = text.Replace("\u0001", "");
            int first = text.AsSpan().IndexOfAnyExcept(' ');
            text = text.Insert(Math.Max(first, 0), negative ? "-" : "+");
        }

        if (trailing is not null)
        {
            int first = Math.Max(text.AsSpan().IndexOfAnyExcept(' '), 0);
            text = text.Insert(first, negative ? "<" : trailing.Length == 0 ? "" : " ") + trailing;
        }

        int written = Encoding.UTF8.GetBytes(text, sink.GetSpan(text.Length * 3));
        sink.Advance(written);
    }
}
