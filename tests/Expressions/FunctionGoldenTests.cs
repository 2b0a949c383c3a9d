using System.Runtime.CompilerServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;
using static Vectorized.Tests.Expressions.ExpressionHarness;

namespace Vectorized.Tests.Expressions;

/// <summary>
/// Functions, operators and casts against results of PostgreSQL 15, kept in golden/functions.tsv: name, arguments as
/// type:text (\N is NULL), =&gt;, the result's text or ERR with SQLSTATE and message. Lines follow RisingWave's text where it
/// differs (offsets and fractions of seconds, trailing zeros of quotients). Every call is made on constants, columns and
/// dictionaries.
/// </summary>
public sealed class FunctionGoldenTests
{
    [Fact]
    public void Functions_GoldenCalls_GiveWhatPostgres15Gives()
    {
        var wrong = new List<string>();
        int cases = 0;
        foreach (string line in File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "golden", "functions.tsv")))
        {
            string[] parts = line.Split('\t');
            string expected = parts[^1];
            string actual;
            try
            {
                actual = parts[0] == "cast" ? Cast(parts[1], parts[2]) : Apply(parts[0], parts[1..^2]);
            }
            catch (Exception e) when (e is not SqlException)
            {
                actual = $"{e.GetType().Name}: {e.Message}";
            }

            cases++;
            if (!Agree(actual.Replace("\n", "\\n"), expected))
            {
                wrong.Add($"{line}\n    but was {actual}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases} differ:\n{string.Join('\n', wrong.Take(60))}");
        Assert.InRange(cases, 300, int.MaxValue);
    }

    private static string Apply(string name, string[] arguments) => CallAllWays(name, [.. arguments.Select(Value)]);

    private static string Cast(string argument, string type)
    {
        var value = Value(argument);
        using var arena = new Arena();
        string first = Run(new CastExpression(Constant(value), TypeNames.Parse(type)), BatchOf(arena, [value]), arena);
        string second = Run(new CastExpression(Column(0, value.Type), TypeNames.Parse(type)), BatchOf(arena, [value, Datum.Null(value.Type)]), arena);
        Assert.Equal(first, second);
        return first;
    }

    private static string Run(CastExpression cast, Batch batch, Arena arena)
    {
        try
        {
            var result = Evaluate(cast, batch, arena)[0];
            return result.IsNull ? "NULL" : TextFormat.ToText(result);
        }
        catch (SqlException e)
        {
            return $"ERR {e.SqlState} {e.Message}";
        }
    }

    private static Datum Value(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return Parse(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Floats may differ in the last digits, for libraries compute them differently.</summary>
    private static bool Agree(string actual, string expected) => actual == expected
        || (expected.Length > 12 && double.TryParse(actual, out double a) && double.TryParse(expected, out double b)
            && Math.Abs(a - b) <= Math.Abs(b) * 4e-16);

    private static string Here([CallerFilePath] string path = "") => path;
}
