using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Sql;

/// <summary>golden/errors.tsv holds statements with the SQLSTATE, position and message PostgreSQL 15 gives.</summary>
public sealed class ParserErrorTests
{
    [Fact]
    public void Errors_OfBrokenStatements_AreWordedAndPlacedAsInPostgres()
    {
        foreach (string[] line in SqlText.Golden("errors.tsv"))
        {
            if (line[1] is "ok" or "42P01" or "42703")
            {
                SqlParser.Parse(line[0]);
                continue;
            }

            SqlException error = SqlText.Error(line[0]);
            Assert.Equal(
                $"{line[0]}: {line[1]} {line[2]} {line[3]}", $"{line[0]}: {error.SqlState} {error.Position} {error.Message}");
        }
    }

    [Theory]
    [InlineData("create trigger t", "CREATE TRIGGER is not supported")]
    [InlineData("create extension x", "CREATE EXTENSION is not supported")]
    [InlineData("create type t as enum ('a')", "CREATE TYPE is not supported")]
    [InlineData("create sequence s", "CREATE SEQUENCE is not supported")]
    [InlineData("drop type t", "DROP TYPE is not supported")]
    [InlineData("merge into t using u on true when matched then do nothing", "MERGE is not supported")]
    [InlineData("do $$ begin end $$", "DO is not supported")]
    [InlineData("select xmlelement(name foo)", "XMLELEMENT is not supported")]
    [InlineData("select * from t tablesample system (1)", "TABLESAMPLE is not supported")]
    [InlineData("create table t (like u)", "LIKE in CREATE TABLE is not supported")]
    [InlineData("update t set a.b = 1", "assigning to a part of a column is not supported")]
    public void Statements_WeDoNotHave_AreRefusedByName(string sql, string message)
    {
        SqlException error = SqlText.Error(sql);
        Assert.Equal((SqlState.FeatureNotSupported, message), (error.SqlState, error.Message));
        Assert.InRange(error.Position, 1, sql.Length);
    }

    [Theory]
    [InlineData("select $0")]
    [InlineData("select $65536")]
    [InlineData("select $99999999999999999999")]
    public void Parameters_OutOfRange_AreRefused(string sql) =>
        Assert.Equal(SqlState.UndefinedParameter, SqlText.Error(sql).SqlState);

    [Theory]
    [InlineData("(", ")")]
    [InlineData("- ", "")]
    [InlineData("not ", "")]
    [InlineData("f(", ")")]
    [InlineData("case when ", " then 1 end")]
    [InlineData("array[", "]")]
    [InlineData("(select ", ")")]
    [InlineData("cast(", " as int)")]
    [InlineData("1 + (", ")")]
    [InlineData("x between (", ") and 2")]
    [InlineData("(1, ", ")")]
    [InlineData("position(", ", 1)")]
    [InlineData("substring(", ", 1)")]
    [InlineData("map {1: ", "}")]
    [InlineData("f(|x| ", ")")]
    public void Expressions_NestedTooDeep_GiveAnErrorAndNeverAStackOverflow(string open, string close)
    {
        foreach (int levels in new[] { 100, 100_000 })
        {
            string sql = "select " + string.Concat(Enumerable.Repeat(open, levels)) + "1"
                + string.Concat(Enumerable.Repeat(close, levels));
            if (levels == 100)
            {
                SqlText.AssertRoundTrip(SqlText.One(sql));
                continue;
            }

            Assert.Equal(SqlState.StatementTooComplex, SqlText.Error(sql).SqlState);
        }
    }

    [Theory]
    [InlineData("select 1", " || 1", SqlState.StatementTooComplex)]
    [InlineData("select a", "[1]", SqlState.StatementTooComplex)]
    [InlineData("select a", "::int", SqlState.StatementTooComplex)]
    [InlineData("select 1", " union select 1", SqlState.StatementTooComplex)]
    [InlineData("select * from t", " cross join t", SqlState.StatementTooComplex)]
    [InlineData("select a", " and b", null)]
    [InlineData("select 1", ", 1", null)]
    [InlineData("select * from t", ", t", null)]
    [InlineData("values (1)", ", (1)", null)]
    [InlineData("select 1", "; select 1", null)]
    public void Chains_Long_AreTreesOfBoundedHeight(string start, string link, string? state)
    {
        SqlText.AssertRoundTrip(SqlParser.Parse(start + string.Concat(Enumerable.Repeat(link, 200)))[0]);
        string sql = start + string.Concat(Enumerable.Repeat(link, 50_000));
        if (state is null)
        {
            Assert.NotEmpty(SqlParser.Parse(sql));
            return;
        }

        Assert.Equal(state, SqlText.Error(sql).SqlState);
    }

    [Theory]
    [InlineData("(select ", ")")]
    [InlineData("f(", ")")]
    [InlineData("case when ", " then 1 end")]
    [InlineData("exists (select * from t join u on ", ")")]
    [InlineData("cast(", " as int)")]
    [InlineData("", "::int")]
    [InlineData("", " is nfc normalized")]
    [InlineData("", " || timestamp '2020-01-01'")]
    [InlineData("- ", "")]
    [InlineData("not ", "")]
    [InlineData("a between (", ") and 2")]
    [InlineData("(table t union select ", ")")]
    [InlineData("(select * from a join b join c on true on ", ")")]
    public void Trees_AsHighAsTheyMayBe_FitASmallStack(string open, string close)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => WriteTheHighest(open, close)), 768 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static void WriteTheHighest(string open, string close)
    {
        int levels = SqlLimits.DepthMax + 1;
        Statement? highest = null;
        while (highest is null)
        {
            levels--;
            try
            {
                highest = SqlText.One(
                    "select " + string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels)));
            }
            catch (SqlException error) when (error.SqlState == SqlState.StatementTooComplex)
            {
            }
        }

        Assert.InRange(levels, 60, SqlLimits.DepthMax);
        SqlText.AssertRoundTrip(highest);
    }

    [Fact]
    public void Types_NestedTooDeep_GiveAnError()
    {
        string sql = string.Concat(Enumerable.Repeat("struct<a ", 50_000)) + "int" + new string('>', 50_000);
        Assert.Equal(SqlState.StatementTooComplex, Assert.Throws<SqlException>(() => SqlParser.ParseTypeName(sql)).SqlState);
    }

    [Fact]
    public void Positions_InAStringOfSeveralStatements_CountFromItsStart()
    {
        SqlException error = SqlText.Error("select 1;\nselect 2 +;\nselect 3");
        Assert.Equal(21, error.Position);
        IReadOnlyList<Statement> statements = SqlParser.Parse("  select 1 ;; /* x */ select a  -- y\n;");
        Assert.Equal(["select 1", "select a"], statements.Select(s => s.Span.Of("  select 1 ;; /* x */ select a  -- y\n;")));
        Assert.Equal(23, statements[1].Position);
    }
}
