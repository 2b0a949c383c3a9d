using System.Buffers;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Sql;

/// <summary>
/// The tokens of one text, in a rented array that grows by doubling; the last is End or Failure. Owned by one parser,
/// which gives the array back. The parser may cut a token in two (`>>` closing two struct types).
/// </summary>
internal sealed class TokenList : IDisposable
{
    private Token[] _tokens = ArrayPool<Token>.Shared.Rent(64);

    public int Count { get; private set; }

    /// <summary>Why the lexer stopped, if the last token is a Failure. Thrown when the parser gets there: an earlier
    /// syntax error goes first, as in PostgreSQL.</summary>
    public SqlException? Failure { get; set; }

    /// <summary>The token at an index; past the end, the last.</summary>
    public ref Token this[int index] => ref _tokens[Math.Min(index, Count - 1)];

    public void Add(Token token)
    {
        if (Count == _tokens.Length)
        {
            Token[] larger = ArrayPool<Token>.Shared.Rent(Count * 2);
            _tokens.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<Token>.Shared.Return(_tokens);
            _tokens = larger;
        }

        _tokens[Count++] = token;
    }

    public void Dispose()
    {
        ArrayPool<Token>.Shared.Return(_tokens);
        _tokens = [];
        Count = 0;
    }
}
