using System.Runtime.CompilerServices;
using Vectorized.Engine.Types;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>
/// Recursive descent over the tokens of one string, precedence climbing for expressions. One token of lookahead mostly;
/// where PostgreSQL's grammar needs more (parentheses that hold a query or an expression) the two are told apart after
/// the inner one is parsed, so nothing is parsed twice and time is linear.
/// <para><see cref="_depth"/> counts recursion, <see cref="_height"/> bounds the height of the trees built so far at
/// the current level; both stay within <see cref="SqlLimits.DepthMax"/>. One use, one thread.</para>
/// The partial files: expressions, primaries, functions, types, queries, from, then statements by kind.
/// </summary>
internal sealed partial class Parser : IDisposable
{
    private readonly string _sql;
    private readonly TokenList _tokens;
    private readonly int _depthMax;
    private int _index;
    private int _depth;
    private int _height;

    public Parser(string sql, int depthMax = SqlLimits.DepthMax)
    {
        _sql = sql;
        _depthMax = depthMax;
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

    private bool Accept(K first, K second, K third) =>
        At(first, second, third) && Accept(first, second) && Accept(third);

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
    private int Enter(int units = SqlLimits.LevelUnits)
    {
        _depth += units;
        if (_depth > _depthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw TooDeep();
        }

        int outer = _height;
        _height = 0;
        return outer;
    }

    private void Leave(int outer, int units = SqlLimits.LevelUnits)
    {
        _depth -= units;
        _height = Math.Max(outer, _height + units);
        if (_height > _depthMax)
        {
            throw TooDeep();
        }
    }

    /// <summary>A node was put on top of all that this level has built.</summary>
    private void Grow(int units = SqlLimits.LinkUnits)
    {
        _height += units;
        if (_height > _depthMax)
        {
            throw TooDeep();
        }
    }

    private SqlException TooDeep() => new(
        SqlState.StatementTooComplex, "stack depth limit exceeded", Position,
        $"Expressions may be nested {SqlLimits.DepthMax / SqlLimits.LevelUnits} levels deep.");

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
            Budget.MemoryAccount.CheckManaged();
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

    private bool AtString => Kind is TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString
        or TokenKind.DollarString;

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
