namespace Vectorized.Engine.Types;

/// <summary>
/// Reads a type as SQL writes it: PostgreSQL's names and aliases, modifiers, array brackets, and RisingWave's
/// struct&lt;a int, b varchar&gt; and map(k, v). Returns null or false where nothing is known by the name.
/// </summary>
internal ref struct TypeNameParser
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    internal TypeNameParser(ReadOnlySpan<char> text) => _text = text;

    internal static SqlType? TryParse(ReadOnlySpan<char> text)
    {
        var parser = new TypeNameParser(text);
        var type = parser.Read();
        parser.SkipSpace();
        return parser._at == text.Length ? type : null;
    }

    private SqlType? Read()
    {
        string word = Word();
        SqlType? type;
        if (word == "struct")
        {
            type = ReadStruct();
        }
        else if (word == "map")
        {
            type = ReadMap();
        }
        else if (word.Length > 1 && word[0] == '_')
        {
            var element = TypeNames.Find(word[1..], []);
            type = element is null ? null : SqlType.ListOf(element);
        }
        else
        {
            type = ReadScalar(word);
        }

        return type is null ? null : ReadBrackets(type);
    }

    private SqlType? ReadScalar(string name)
    {
        if (name is "double" && TryWord("precision") || name is "character" or "char" && TryWord("varying"))
        {
            name = name == "double" ? "float8" : "varchar";
        }

        Span<int> modifiers = stackalloc int[2];
        int count = ReadModifiers(modifiers);
        if (count < 0)
        {
            return null;
        }

        if (name is "timestamp" or "time")
        {
            if (TryWord("with"))
            {
                name += "tz";
                return TryWord("time") && TryWord("zone") ? TypeNames.Find(name, modifiers[..count]) : null;
            }

            if (TryWord("without") && !(TryWord("time") && TryWord("zone")))
            {
                return null;
            }
        }

        return TypeNames.Find(name, modifiers[..count]);
    }

    private int ReadModifiers(scoped Span<int> modifiers)
    {
        int count = 0;
        if (!Skip('('))
        {
            return 0;
        }

        do
        {
            SkipSpace();
            int start = _at;
            while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_at == start && _text[_at] == '-')))
            {
                _at++;
            }

            if (count == modifiers.Length || !int.TryParse(_text[start.._at], out modifiers[count++]))
            {
                return -1;
            }
        }
        while (Skip(','));
        return Skip(')') ? count : -1;
    }

    private SqlType? ReadBrackets(SqlType type)
    {
        while (true)
        {
            if (Skip('['))
            {
                SkipSpace();
                while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                {
                    _at++;
                }

                if (!Skip(']'))
                {
                    return null;
                }
            }
            else if (!TryWord("array"))
            {
                return type;
            }

            type = SqlType.ListOf(type);
        }
    }

    private SqlType? ReadStruct()
    {
        if (!Skip('<'))
        {
            return null;
        }

        var fields = new List<(string, SqlType)>();
        do
        {
            string name = Word();
            var type = Read();
            if (name.Length == 0 || type is null)
            {
                return null;
            }

            fields.Add((name, type));
        }
        while (Skip(','));
        return Skip('>') ? SqlType.StructOf(new StructFields(fields)) : null;
    }

    private SqlType? ReadMap()
    {
        if (!Skip('('))
        {
            return null;
        }

        var key = Read();
        var value = Skip(',') ? Read() : null;
        return key is not null && value is not null && Skip(')') ? SqlType.MapOf(key, value) : null;
    }

    /// <summary>A name, folded to lower case unless quoted; the catalog type "char" keeps its quotes.</summary>
    private string Word()
    {
        SkipSpace();
        int start = _at;
        if (_at < _text.Length && _text[_at] == '"')
        {
            int end = _text[(_at + 1)..].IndexOf('"');
            if (end < 0)
            {
                return "";
            }

            _at += end + 2;
            string quoted = _text[(start + 1)..(_at - 1)].ToString();
            return quoted == "char" ? "\"char\"" : quoted;
        }

        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
        {
            _at++;
        }

        string word = _text[start.._at].ToString().ToLowerInvariant();
        return word.StartsWith("pg_catalog.", StringComparison.Ordinal) ? word["pg_catalog.".Length..] : word;
    }

    private bool TryWord(string word)
    {
        int start = _at;
        if (Word() == word)
        {
            return true;
        }

        _at = start;
        return false;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Skip(char c)
    {
        SkipSpace();
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }

        return false;
    }
}
