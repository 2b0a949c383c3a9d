using System.Globalization;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Sql;

public sealed class LexerTests
{
    private static string Value(string literal) =>
        Assert.IsType<StringLiteral>(SqlParser.ParseExpression(literal)).Value;

    private static string[] Tokens(string sql)
    {
        using TokenList tokens = Lexer.Lex(sql);
        return [.. Enumerable.Range(0, tokens.Count - 1).Select(i => sql[tokens[i].Start..tokens[i].End])];
    }

    [Theory]
    [InlineData("'abc'", "abc")]
    [InlineData("'a''b'", "a'b")]
    [InlineData("''", "")]
    [InlineData("''''", "'")]
    [InlineData("'a\\nb'", "a\\nb")]
    [InlineData("'a'\n  'b'", "ab")]
    [InlineData("'a' -- c\n'b'", null)]
    [InlineData("'a'\n-- it's\n'b'\n\t'c'", "abc")]
    [InlineData("E'a\\n\\t\\\\\\'b'", "a\n\t\\'b")]
    [InlineData("e'\\x41\\101\\u0042\\U00000043'", "AABC")]
    [InlineData("E'\\xc3\\xa9'", "é")]
    [InlineData("E'\\ud83d\\ude00'", "😀")]
    [InlineData("E'a'\n'\\n'", "a\n")]
    [InlineData("U&'d\\0061t\\+000061'", "data")]
    [InlineData("U&'d!0061t!!' UESCAPE '!'", "dat!")]
    [InlineData("$$it's$$", "it's")]
    [InlineData("$a$x$$y$b$z$a$", "x$$y$b$z")]
    [InlineData("'多字节😀'", "多字节😀")]
    public void Strings_OfEverySpelling_Decode(string literal, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<SqlException>(() => SqlParser.ParseExpression(literal));
            return;
        }

        Assert.Equal(expected, Value(literal));
    }

    [Theory]
    [InlineData("select a--b\n+c", "select,a,+,c")]
    [InlineData("a /* x /* y */ z */ b", "a,b")]
    [InlineData("a<=b>=c<>d!=e=>f", "a,<=,b,>=,c,<>,d,!=,e,=>,f")]
    [InlineData("a||-b", "a,||-,b")]
    [InlineData("a*-b", "a,*,-,b")]
    [InlineData("a@-b", "a,@-,b")]
    [InlineData("a=-1", "a,=,-,1")]
    [InlineData("a->>'x'#>b", "a,->>,'x',#>,b")]
    [InlineData("a::int:=b..c.d:e", "a,::,int,:=,b,..,c,.,d,:,e")]
    [InlineData("1.5e-3 .5 5. 1e5 0x1F 1_000", "1.5e-3,.5,5.,1e5,0x1F,1_000")]
    [InlineData("1..2", "1,..,2")]
    [InlineData("$1$2", "$1,$2")]
    [InlineData("a+/*c*/b", "a,+,b")]
    [InlineData("a$b _c é1", "a$b,_c,é1")]
    public void Tokens_OfOperatorsNumbersAndNames_AreCutAsInPostgres(string sql, string expected) =>
        Assert.Equal(expected.Split(','), Tokens(sql));

    [Theory]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("0o17", "15")]
    [InlineData("1_000.5_0", "1000.50")]
    [InlineData("0xFFFFFFFFFFFFFFFFFF", "4722366482869645213695")]
    public void Numbers_OfOtherBases_ComeOutDecimal(string sql, string expected) =>
        Assert.Equal(expected, Assert.IsType<NumberLiteral>(SqlParser.ParseExpression(sql)).Text);

    [Theory]
    [InlineData("select 'abc", 8, "unterminated quoted string at or near \"'abc\"")]
    [InlineData("select \"abc", 8, "unterminated quoted identifier at or near \"\"abc\"")]
    [InlineData("select \"\"", 8, "zero-length delimited identifier at or near \"\"\"\"")]
    [InlineData("select $$abc", 8, "unterminated dollar-quoted string at or near \"$$abc\"")]
    [InlineData("select /* abc", 8, "unterminated /* comment at or near \"/* abc\"")]
    [InlineData("select x'1", 8, "unterminated hexadecimal string literal at or near \"x'1\"")]
    [InlineData("select 1a", 8, "trailing junk after numeric literal at or near \"1a\"")]
    [InlineData("select $1a", 8, "trailing junk after parameter at or near \"$1a\"")]
    [InlineData("select $a", 8, "syntax error at or near \"$\"")]
    [InlineData("select \\", 8, "syntax error at or near \"\\\"")]
    public void Lexer_WhatItCannotRead_IsNamedWithItsPlace(string sql, int position, string message)
    {
        SqlException error = SqlText.Error(sql);
        Assert.Equal((SqlState.SyntaxError, position, message), (error.SqlState, error.Position, error.Message));
    }

    [Fact]
    public void Lexer_FailureFurtherOn_GivesWayToAnEarlierSyntaxError() =>
        Assert.Equal("syntax error at or near \"from\"", SqlText.Error("select 1 + from 'abc").Message);

    [Theory]
    [InlineData("E'\\u12'", SqlState.InvalidEscapeSequence)]
    [InlineData("E'\\xff'", SqlState.CharacterNotInRepertoire)]
    [InlineData("E'\\000'", SqlState.CharacterNotInRepertoire)]
    [InlineData("E'\\ud83d'", SqlState.SyntaxError)]
    [InlineData("U&'\\00'", SqlState.SyntaxError)]
    [InlineData("U&'\\0000'", SqlState.SyntaxError)]
    [InlineData("U&'a' UESCAPE '+'", SqlState.SyntaxError)]
    public void Escapes_ThatMeanNothing_AreErrors(string sql, string state) =>
        Assert.Equal(state, Assert.Throws<SqlException>(() => SqlParser.ParseExpression(sql)).SqlState);

    [Theory]
    [InlineData("FooBar", "foobar")]
    [InlineData("\"FooBar\"", "FooBar")]
    [InlineData("\"a\"\"b\"", "a\"b")]
    [InlineData("U&\"d\\0061t\"", "dat")]
    [InlineData("ÀB", "Àb")]
    [InlineData("a$1", "a$1")]
    public void Names_BareAndQuoted_FoldAsInPostgres(string sql, string expected) =>
        Assert.Equal(expected, Assert.IsType<ColumnReference>(SqlParser.ParseExpression(sql)).Name);

    [Fact]
    public void Names_LongerThan63Bytes_AreCutAtACharacter()
    {
        Assert.Equal(new string('a', 63), ((ColumnReference)SqlParser.ParseExpression(new string('a', 70))).Name);
        string wide = string.Concat(Enumerable.Repeat("é", 40));
        Assert.Equal(31, ((ColumnReference)SqlParser.ParseExpression('"' + wide + '"')).Name.Length);
        string astral = "a" + string.Concat(Enumerable.Repeat("😀", 20));
        string cut = ((ColumnReference)SqlParser.ParseExpression('"' + astral + '"')).Name;
        Assert.Equal(16, new StringInfo(cut).LengthInTextElements);
    }

    [Fact]
    public void Lexer_TokensOfALongText_AllocateNothingEach()
    {
        string sql = "values " + string.Join(", ", Enumerable.Repeat("(1, 'abc', x + 2.5)", 2_000));
        Lexer.Lex(sql).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Lexer.Lex(sql).Dispose();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(bytes, 0, 1_000);
    }
}
