using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// A compiled regular expression with its flags. Patterns whose quantifiers do not nest run on the backtracking engine,
/// which is compiled to code once they are hot and bounded in time; the rest on the non-backtracking one, which is linear.
/// What that one refuses (back references, look-around) is bounded by the same time. Immutable to callers; any thread.
/// </summary>
internal sealed class RegexPattern
{
    private const int MatchesBeforeCompiling = 2000;
    private const int CachedMax = 256;
    private static readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(2);
    private static readonly ConcurrentDictionary<(string Pattern, string Flags), RegexPattern> _cache = new();

    private readonly string _translated;
    private readonly RegexOptions _options;
    private readonly bool _canCompile;
    private Regex _regex;
    private int _matches;

    private RegexPattern(string pattern, string flags)
    {
        _options = RegexSyntax.Options(Encoding.UTF8.GetBytes(flags), out bool global, out bool literal);
        IsGlobal = global;
        try
        {
            _translated = literal ? Regex.Escape(pattern) : RegexSyntax.Translate(pattern, _options);
            _canCompile = !HasNestedQuantifiers(_translated);
            _regex = Create();
            GroupCount = _regex.GetGroupNumbers().Length - 1;
        }
        catch (RegexParseException e)
        {
            throw RegexSyntax.Invalid(RegexSyntax.ReasonOf(e.Error));
        }
    }

    /// <summary>The flag g was given.</summary>
    internal bool IsGlobal { get; }

    /// <summary>Capture groups, the whole match apart.</summary>
    internal int GroupCount { get; }

    /// <summary>The engine to match with; counts towards compiling it.</summary>
    internal Regex Regex
    {
        get
        {
            if (_canCompile && _matches < MatchesBeforeCompiling && Interlocked.Increment(ref _matches) == MatchesBeforeCompiling)
            {
                _regex = new Regex(_translated, _options | RegexOptions.Compiled, _timeLimit);
            }

            return _regex;
        }
    }

    /// <summary>A pattern of this process's cache, compiled if it is new.</summary>
    internal static RegexPattern Get(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> flags)
    {
        var key = (Encoding.UTF8.GetString(pattern), Encoding.UTF8.GetString(flags));
        if (_cache.TryGetValue(key, out var found))
        {
            return found;
        }

        if (_cache.Count >= CachedMax)
        {
            _cache.Clear();
        }

        return _cache.GetOrAdd(key, new RegexPattern(key.Item1, key.Item2));
    }

    private Regex Create()
    {
        if (_canCompile)
        {
            return new Regex(_translated, _options, _timeLimit);
        }

        try
        {
            return new Regex(_translated, _options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(_translated, _options, _timeLimit);
        }
    }

    /// <summary>
    /// Whether a group that holds a quantifier or alternatives is itself repeated: the only way backtracking becomes
    /// exponential. Errs on the safe side.
    /// </summary>
    private static bool HasNestedQuantifiers(string pattern)
    {
        var groups = new Stack<bool>();
        bool inner = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\': i++; break;
                case '[':
                    for (i++; i < pattern.Length && pattern[i] != ']'; i++)
                    {
                        i += pattern[i] == '\\' ? 1 : 0;
                    }

                    break;
                case '(':
                    groups.Push(inner);
                    inner = false;
                    break;
                case ')':
                    bool repeated = i + 1 < pattern.Length && pattern[i + 1] is '*' or '+' or '{';
                    if (repeated && inner)
                    {
                        return true;
                    }

                    inner |= groups.Count > 0 && groups.Pop();
                    break;
                case '*' or '+' or '{' or '|' or '?':
                    inner = true;
                    break;
            }
        }

        return false;
    }
}
