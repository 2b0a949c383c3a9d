using Vectorized.Engine.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Sql;

public sealed class DeparserTests(ITestOutputHelper output)
{
    [Fact]
    public void Expressions_BuiltAtRandom_ReadBackEqual()
    {
        int seed = Seeds.Next(output);
        for (int round = 0; round < 3_000; round++)
        {
            Expression expression = new RandomSyntax(new Random(seed + round)).Expression(4);
            string text = expression.ToString();
            Expression again = Read(text, seed + round, SqlParser.ParseExpression);
            Assert.True(expression.Equals(again), $"seed {seed + round}\n{text}\n{again}");
            Assert.Equal(text, again.ToString());
        }
    }

    [Fact]
    public void Queries_BuiltAtRandom_ReadBackEqual()
    {
        int seed = Seeds.Next(output);
        for (int round = 0; round < 2_000; round++)
        {
            Query query = new RandomSyntax(new Random(seed + round)).Query(3);
            string text = query.ToString();
            Query again = ((SelectStatement)Read(text, seed + round, SqlParser.Parse)[0]).Query;
            Assert.True(query.Equals(again), $"seed {seed + round}\n{text}\n{again}");
        }
    }

    [Fact]
    public void Types_BuiltAtRandom_ReadBackEqual()
    {
        int seed = Seeds.Next(output);
        for (int round = 0; round < 1_000; round++)
        {
            TypeName type = new RandomSyntax(new Random(seed + round)).Type(3);
            string text = type.ToString();
            Assert.True(type.Equals(Read(text, seed + round, SqlParser.ParseTypeName)), $"seed {seed + round}\n{text}");
        }
    }

    private static T Read<T>(string text, int seed, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (Engine.Types.SqlException error)
        {
            throw new InvalidOperationException($"seed {seed}: {error.Message} at {error.Position}\n{text}", error);
        }
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("A", "\"A\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("select", "\"select\"")]
    [InlineData("left", "\"left\"")]
    [InlineData("int", "\"int\"")]
    [InlineData("name", "name")]
    [InlineData("sink", "sink")]
    [InlineData("1a", "\"1a\"")]
    [InlineData("é", "\"é\"")]
    public void QuoteIdentifier_QuotesWhatPostgresQuotes(string name, string expected) =>
        Assert.Equal(expected, Deparser.QuoteIdentifier(name));

    [Theory]
    [InlineData("select COUNT(*), Sum(x) from t", "SELECT COUNT(*), Sum(x) FROM t")]
    [InlineData("create view v as (select 1)", "CREATE VIEW v AS (SELECT 1)")]
    [InlineData("select * from t join u on (t.a = u.a)", "SELECT * FROM t JOIN u ON (t.a = u.a)")]
    [InlineData("create table t (a int4, b int, c timestamptz, d timestamp with time zone)",
        "CREATE TABLE t (a int4, b INT, c timestamptz, d TIMESTAMP WITH TIME ZONE)")]
    public void Deparser_KeepsParenthesesAndSpellingsThatWereWritten(string sql, string expected) =>
        Assert.Equal(expected, SqlText.Canonical(sql));

    [Fact]
    public void Equality_IgnoresPositionsParenthesesAndSpelling()
    {
        Assert.Equal(SqlParser.ParseExpression("count(a + b)"), SqlParser.ParseExpression("  COUNT( (a + b) )"));
        Assert.NotEqual(SqlParser.ParseExpression("count(a + b)"), SqlParser.ParseExpression("count(a - b)"));
        Assert.NotEqual(SqlText.One("select 1"), SqlText.One("select 1 limit 1"));
    }
}
