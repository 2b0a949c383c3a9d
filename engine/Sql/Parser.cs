using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vectorized.Engine.Types;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>
/// Recursive descent over the tokens of one string, precedence climbing for expressions. One token of lookahead mostly;
/// where PostgreSQL's grammar needs more (parentheses that hold a query or an expression) the two are told apart after
/// the inner one is parsed, so nothing is parsed twice and time is linear.
/// <para><see cref="_depth"/> counts recursion, <see cref="_height"/> bounds the height of the trees built so far at the
/// current level; both stay within <see cref="SqlLimits.DepthMax"/>. One use, one thread.</para>
/// The partial files: expressions, primaries, functions, types, queries, from, then statements by kind.
/// </summary>
internal sealed partial class Parser : IDisposable
{
    private readonly string _sql;
    private readonly TokenList _tokens;
    private int _index;
    private int _depth;
    private int _height;

    public Parser(string sql)
    {
        _sql = sql;
        _tokens = Lexer.Lex(sql);
        CheckFailure();
    }

    public void Dispose() => _tokens.Dispose();

    private Token Current => _tokens[_index];

    private TokenKind Kind => _tokens[_index].Kind;

    private K Word => _tokens[_index].Keyword;

    /// <summary>1-based position of the current token.</summary>
    private int Position => _tokens[_index].Start + 1;

    private Token Peek(int ahead) => _tokens[_index + ahead];

    private K PeekWord(int ahead = 1) => _tokens[_index + ahead].Keyword;

    private TokenKind PeekKind(int ahead = 1) => _tokens[_index + ahead].Kind;

    private ReadOnlySpan<char> Text(Token token) => _sql.AsSpan(token.Start, token.Length);

    private void Advance()
    {
        if (_index < _tokens.Count - 1)
        {
            _index++;
        }

        CheckFailure();
    }

    private void CheckFailure()
    {
        if (Kind == TokenKind.Failure)
        {
            throw _tokens.Failure!;
        }
    }

    private bool At(K keyword) => Word == keyword;

    private bool At(K first, K second) => Word == first && PeekWord() == second;

    private bool At(K first, K second, K third) => At(first, second) && PeekWord(2) == third;

    private bool Accept(TokenKind kind)
    {
        if (Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool Accept(K keyword)
    {
        if (Word != keyword)
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool Accept(K first, K second)
    {
        if (!At(first, second))
        {
            return false;
        }

        Advance();
        Advance();
        return true;
    }

    private bool Accept(K first, K second, K third) => At(first, second, third) && Accept(first, second) && Accept(third);

    private void Expect(TokenKind kind)
    {
        if (!Accept(kind))
        {
            throw Unexpected();
        }
    }

    private void Expect(K keyword)
    {
        if (!Accept(keyword))
        {
            throw Unexpected();
        }
    }

    private void Expect(K first, K second)
    {
        Expect(first);
        Expect(second);
    }

    /// <summary>IF [NOT] EXISTS.</summary>
    private bool AcceptIfExists() => Accept(K.If, K.Exists);

    private bool AcceptIfNotExists()
    {
        if (!Accept(K.If, K.Not))
        {
            return false;
        }

        Expect(K.Exists);
        return true;
    }

    /// <summary>`syntax error at or near` the current token, as PostgreSQL words it.</summary>
    private SqlException Unexpected() => UnexpectedAt(_index);

    private SqlException UnexpectedAt(int index)
    {
        Token token = _tokens[index];
        return token.Kind switch
        {
            TokenKind.Failure => _tokens.Failure!,
            TokenKind.End => new SqlException(SqlState.SyntaxError, "syntax error at end of input", token.Start + 1),
            _ => new SqlException(
                SqlState.SyntaxError, $"syntax error at or near \"{Text(token)}\"", token.Start + 1),
        };
    }

    private static SqlException Error(string message, int position, string? hint = null) =>
        new(SqlState.SyntaxError, message, position, hint);

    private static SqlException Unsupported(string what, int position) =>
        new(SqlState.FeatureNotSupported, $"{what} is not supported", position);

    /// <summary>Opens a level of recursion and gives what <see cref="Leave"/> needs.</summary>
    private int Enter()
    {
        if (++_depth > SqlLimits.DepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw TooDeep();
        }

        int outer = _height;
        _height = 0;
        return outer;
    }

    private void Leave(int outer)
    {
        _depth--;
        _height = Math.Max(outer, _height + 1);
        if (_height > SqlLimits.DepthMax)
        {
            throw TooDeep();
        }
    }

    /// <summary>A node was put on top of all that this level has built.</summary>
    private void Grow()
    {
        if (++_height > SqlLimits.DepthMax)
        {
            throw TooDeep();
        }
    }

    private SqlException TooDeep() => new(
        SqlState.StatementTooComplex, "stack depth limit exceeded", Position,
        $"Expressions and queries may be nested {SqlLimits.DepthMax} levels deep.");

    /// <summary>One item, then more while commas follow.</summary>
    private SyntaxList<T> List<T>(Func<Parser, T> item)
    {
        T first = item(this);
        if (Kind != TokenKind.Comma)
        {
            return [first];
        }

        var items = new List<T> { first };
        while (Accept(TokenKind.Comma))
        {
            items.Add(item(this));
        }

        return new SyntaxList<T>([.. items]);
    }

    private SyntaxList<T> ParenthesizedList<T>(Func<Parser, T> item)
    {
        Expect(TokenKind.LeftParen);
        SyntaxList<T> items = List(item);
        Expect(TokenKind.RightParen);
        return items;
    }

    /// <summary>The name the current token is as any label, or null.</summary>
    private string? NameOf(Token token) => token.Kind switch
    {
        TokenKind.Identifier => LiteralText.Fold(Text(token)),
        TokenKind.QuotedIdentifier => LiteralText.QuotedName(Text(token)),
        TokenKind.Keyword => Keywords.Word(token.Keyword),
        _ => null,
    };

    private static bool IsIdentifier(Token token) =>
        token.Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier;

    private static bool IsColumnName(Token token) => IsIdentifier(token) || Keywords.IsColumnName(token.Keyword);

    private static bool IsFunctionName(Token token) => IsIdentifier(token) || Keywords.IsTypeOrFunctionName(token.Keyword);

    private string TakeName()
    {
        Token token = Current;
        if (token.Kind == TokenKind.UnicodeIdentifier)
        {
            return UnicodeIdentifier();
        }

        string name = NameOf(token) ?? throw Unexpected();
        Advance();
        return name;
    }

    /// <summary>A name of a column, table or the like (ColId).</summary>
    private string Name() => IsColumnName(Current) ? TakeName() : throw Unexpected();

    /// <summary>A name after a dot or AS: any word (ColLabel).</summary>
    private string Label() => IsIdentifier(Current) || Kind == TokenKind.Keyword ? TakeName() : throw Unexpected();

    /// <summary>A name of a function or type (type_function_name).</summary>
    private string FunctionName() => IsFunctionName(Current) ? TakeName() : throw Unexpected();

    /// <summary>Any word that is not reserved (NonReservedWord).</summary>
    private string NonReserved() =>
        IsIdentifier(Current) || Keywords.ClassOf(Word) > KeywordClass.Reserved ? TakeName() : throw Unexpected();

    private Identifier NameNode()
    {
        int position = Position;
        return new Identifier(Name()) { Position = position };
    }

    private SyntaxList<Identifier> NameList() => ParenthesizedList(static p => p.NameNode());

    private SyntaxList<Identifier> OptionalNameList() => Kind == TokenKind.LeftParen ? NameList() : [];

    /// <summary>name[.name ...] (any_name, qualified_name).</summary>
    private QualifiedName QualifiedName()
    {
        int position = Position;
        string first = Name();
        if (Kind != TokenKind.Dot)
        {
            return new QualifiedName(first) { Position = position };
        }

        return new QualifiedName(DottedParts(first)) { Position = position };
    }

    /// <summary>The rest of a dotted name whose first part is taken; the current token is a dot.</summary>
    private SyntaxList<string> DottedParts(string first)
    {
        var parts = new List<string> { first };
        while (Accept(TokenKind.Dot))
        {
            parts.Add(Label());
            if (parts.Count > 8)
            {
                throw Error("improper qualified name (too many dotted names): " + string.Join('.', parts), Position);
            }
        }

        return new SyntaxList<string>([.. parts]);
    }

    private bool AtString => Kind is TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString
        or TokenKind.DollarString;

    private static bool IsString(TokenKind kind) => kind is TokenKind.String or TokenKind.EscapeString
        or TokenKind.UnicodeString or TokenKind.DollarString;

    private bool TryString([NotNullWhen(true)] out string? value)
    {
        Token token = Current;
        value = token.Kind switch
        {
            TokenKind.String => LiteralText.Plain(Text(token)),
            TokenKind.EscapeString => LiteralText.Escaped(Text(token), token.Start + 1),
            TokenKind.DollarString => LiteralText.Dollar(Text(token)),
            TokenKind.UnicodeString => LiteralText.UnicodeBody(Text(token)),
            _ => null,
        };
        if (value is null)
        {
            return false;
        }

        Advance();
        if (token.Kind == TokenKind.UnicodeString)
        {
            value = LiteralText.Unicode(value, UnicodeEscape(), token.Start + 1);
        }

        return true;
    }

    private string StringValue() => TryString(out string? value) ? value : throw Unexpected();

    private string UnicodeIdentifier()
    {
        Token token = Current;
        string body = LiteralText.QuotedName(Text(token)[2..]);
        Advance();
        return LiteralText.Cut(LiteralText.Unicode(body, UnicodeEscape(), token.Start + 1));
    }

    /// <summary>UESCAPE 'c', else a backslash.</summary>
    private char UnicodeEscape()
    {
        if (!Accept(K.Uescape))
        {
            return '\\';
        }

        if (Kind != TokenKind.String)
        {
            throw Error("UESCAPE must be followed by a simple string literal", Position);
        }

        Token token = Current;
        string escape = LiteralText.Plain(Text(token));
        if (escape.Length != 1 || char.IsAsciiHexDigit(escape[0]) || escape[0] is '+' or '\'' or '"'
            || char.IsWhiteSpace(escape[0]))
        {
            throw Error($"invalid Unicode escape character at or near \"{Text(token)}\"", token.Start + 1);
        }

        Advance();
        return escape[0];
    }

    /// <summary>An unsigned integer that fits an int (Iconst).</summary>
    private int Integer()
    {
        if (Kind != TokenKind.Integer || !int.TryParse(LiteralText.Number(Text(Current)), out int value))
        {
            throw Unexpected();
        }

        Advance();
        return value;
    }

    /// <summary>An integer with an optional sign that fits a long.</summary>
    private long SignedInteger()
    {
        bool minus = Accept(TokenKind.Minus);
        if (!minus)
        {
            Accept(TokenKind.Plus);
        }

        if (Kind != TokenKind.Integer || !long.TryParse((minus ? "-" : "") + LiteralText.Number(Text(Current)), out long value))
        {
            throw Unexpected();
        }

        Advance();
        return value;
    }

    /// <summary>Cuts one character off the front of the current operator token: `>>` closing two types.</summary>
    private void TakeFirstCharacter()
    {
        ref Token token = ref _tokens[_index];
        if (token.Length == 1)
        {
            Advance();
            return;
        }

        ReadOnlySpan<char> rest = _sql.AsSpan(token.Start + 1, token.Length - 1);
        token = new Token(Lexer.OperatorKind(rest), K.NoKeyword, token.Start + 1, token.End);
    }
}
