using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.JsonPaths;

/// <summary>Reads a path by recursive descent: || over &amp;&amp; over predicates over + - over * / % over signs over accessors.</summary>
internal sealed class PathParser
{
    private const int DepthMax = 200;
    private static readonly TimeSpan _patternTimeout = TimeSpan.FromSeconds(2);

    private readonly string _text;
    private int _at;
    private int _depth;

    private PathParser(string text) => _text = text;

    internal static JsonPath Parse(string text)
    {
        var parser = new PathParser(text);
        bool isStrict = parser.Word("strict");
        _ = isStrict || parser.Word("lax");
        var root = parser.Or();
        parser.Space();
        return parser._at == text.Length ? new JsonPath(root, isStrict) : throw parser.Error();
    }

    private SqlException Error() => new(
        SqlState.SyntaxError,
        _at >= _text.Length ? "syntax error at end of jsonpath input" : $"syntax error at or near \"{_text[_at]}\" of jsonpath input");

    private PathNode Or()
    {
        if (++_depth > DepthMax)
        {
            throw new SqlException(SqlState.StatementTooComplex, "a jsonpath is nested too deeply");
        }

        var left = And();
        while (Symbol("||"))
        {
            left = new LogicalNode(false, left, And());
        }

        _depth--;
        return left;
    }

    private PathNode And()
    {
        var left = Predicate();
        while (Symbol("&&"))
        {
            left = new LogicalNode(true, left, Predicate());
        }

        return left;
    }

    private PathNode Predicate()
    {
        if (Peek('!') && !Peek("!="))
        {
            _at++;
            Expect('(');
            var operand = Or();
            Expect(')');
            return new NotNode(operand);
        }

        if (Word("exists"))
        {
            Expect('(');
            var operand = Or();
            Expect(')');
            return new ExistsNode(operand);
        }

        var left = Sum();
        foreach (string symbol in (string[])["==", "!=", "<>", "<=", ">=", "<", ">"])
        {
            if (Symbol(symbol))
            {
                return new ComparisonNode(symbol == "<>" ? "!=" : symbol, left, Sum());
            }
        }

        if (Word("starts"))
        {
            return Word("with") ? new StartsWithNode(left, Sum()) : throw Error();
        }

        if (Word("like_regex"))
        {
            string pattern = String();
            return new LikeRegexNode(left, Pattern(pattern, Word("flag") ? String() : ""));
        }

        if (Word("is"))
        {
            return Word("unknown") ? new IsUnknownNode(left) : throw Error();
        }

        return left;
    }

    private static Regex Pattern(string pattern, string flags)
    {
        var options = RegexOptions.CultureInvariant;
        foreach (char flag in flags)
        {
            options |= flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                's' => RegexOptions.Singleline,
                'm' => RegexOptions.Multiline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                'q' => RegexOptions.None,
                _ => throw new SqlException(SqlState.SyntaxError, $"unrecognized flag \"{flag}\" of LIKE_REGEX"),
            };
        }

        try
        {
            return new Regex(flags.Contains('q') ? Regex.Escape(pattern) : pattern, options, _patternTimeout);
        }
        catch (ArgumentException e)
        {
            throw new SqlException(SqlState.InvalidRegularExpression, $"invalid regular expression: {e.Message}");
        }
    }

    private PathNode Sum()
    {
        var left = Product();
        while (true)
        {
            if (Symbol("+"))
            {
                left = new ArithmeticNode('+', left, Product());
            }
            else if (Symbol("-"))
            {
                left = new ArithmeticNode('-', left, Product());
            }
            else
            {
                return left;
            }
        }
    }

    private PathNode Product()
    {
        var left = Signed();
        while (true)
        {
            Space();
            char symbol = _at < _text.Length ? _text[_at] : '\0';
            if (symbol is not ('*' or '/' or '%'))
            {
                return left;
            }

            _at++;
            left = new ArithmeticNode(symbol, left, Signed());
        }
    }

    private PathNode Signed()
    {
        if (Symbol("-"))
        {
            return new ArithmeticNode('-', null, Signed());
        }

        return Symbol("+") ? new ArithmeticNode('+', null, Signed()) : Accessors(Primary());
    }

    private PathNode Primary()
    {
        Space();
        if (_at >= _text.Length)
        {
            throw Error();
        }

        char c = _text[_at];
        switch (c)
        {
            case '$':
                _at++;
                return _at < _text.Length && (char.IsLetter(_text[_at]) || _text[_at] is '_' or '"')
                    ? new VariableNode(_text[_at] == '"' ? String() : Name()) : new RootNode();
            case '@':
                _at++;
                return new CurrentNode();
            case '(':
                _at++;
                var inner = Or();
                Expect(')');
                return inner;
            case '"':
                return new LiteralNode(System.Text.Json.JsonSerializer.Serialize(String()));
            default:
                if (char.IsAsciiDigit(c) || c == '.')
                {
                    return Number();
                }

                foreach (string word in (string[])["true", "false", "null"])
                {
                    if (Word(word))
                    {
                        return new LiteralNode(word);
                    }
                }

                return Word("last") ? new LastNode() : throw Error();
        }
    }

    private LiteralNode Number()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '.' or 'e' or 'E'
            || (_text[_at] is '+' or '-' && _text[_at - 1] is 'e' or 'E')))
        {
            _at++;
        }

        return decimal.TryParse(_text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? new LiteralNode(value.ToString(CultureInfo.InvariantCulture)) : throw Error();
    }

    private PathNode Accessors(PathNode node)
    {
        while (true)
        {
            Space();
            if (Symbol("?"))
            {
                Expect('(');
                node = new FilterNode(node, Or());
                Expect(')');
            }
            else if (Symbol("["))
            {
                node = Subscripts(node);
            }
            else if (Symbol("."))
            {
                node = Member(node);
            }
            else
            {
                return node;
            }
        }
    }

    private PathNode Subscripts(PathNode input)
    {
        if (Symbol("*"))
        {
            Expect(']');
            return new AnyElementNode(input);
        }

        var ranges = new List<(PathNode, PathNode?)>();
        do
        {
            var from = Sum();
            ranges.Add((from, Word("to") ? Sum() : null));
        }
        while (Symbol(","));
        Expect(']');
        return new SubscriptNode(input, ranges);
    }

    private PathNode Member(PathNode input)
    {
        if (Symbol("**"))
        {
            return Depths(input);
        }

        if (Symbol("*"))
        {
            return new AnyMemberNode(input);
        }

        Space();
        if (Peek('"'))
        {
            return new MemberNode(input, String());
        }

        string name = Name();
        if (!Symbol("("))
        {
            return new MemberNode(input, name);
        }

        Expect(')');
        return name is "type" or "size" or "double" or "ceiling" or "floor" or "abs" or "keyvalue"
            ? new MethodNode(input, name)
            : throw new SqlException(SqlState.FeatureNotSupported, $"jsonpath method .{name}() is not supported");
    }

    private DescendNode Depths(PathNode input)
    {
        if (!Symbol("{"))
        {
            return new DescendNode(input, 0, int.MaxValue);
        }

        int first = Depth();
        int last = Word("to") ? Depth() : first;
        Expect('}');
        return new DescendNode(input, first, last);
    }

    private int Depth() => Word("last") ? int.MaxValue
        : Primary() is LiteralNode { Json: var json } && int.TryParse(json, out int depth) ? depth : throw Error();

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Peek(char c)
    {
        Space();
        return _at < _text.Length && _text[_at] == c;
    }

    private bool Peek(string symbol)
    {
        Space();
        return string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) == 0;
    }

    private bool Symbol(string symbol)
    {
        if (!Peek(symbol))
        {
            return false;
        }

        _at += symbol.Length;
        return true;
    }

    private bool Word(string word)
    {
        int end = _at;
        if (!Peek(word) || ((end = _at + word.Length) < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] == '_')))
        {
            return false;
        }

        _at = end;
        return true;
    }

    private void Expect(char c)
    {
        if (!Peek(c))
        {
            throw Error();
        }

        _at++;
    }

    private string Name()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$'))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Error();
    }

    private string String()
    {
        Expect('"');
        int start = _at - 1;
        while (_at < _text.Length && _text[_at] != '"')
        {
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        if (_at >= _text.Length)
        {
            throw Error();
        }

        _at++;
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(Encoding.UTF8.GetBytes(_text[start.._at]));
            return reader.Read() ? reader.GetString()! : throw Error();
        }
        catch (System.Text.Json.JsonException)
        {
            throw Error();
        }
    }
}
