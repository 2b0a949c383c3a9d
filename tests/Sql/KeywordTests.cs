using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Sql;

public sealed class KeywordTests
{
    /// <summary>Operators that PostgreSQL lets stand as bare labels where nothing follows them; here they need AS.</summary>
    private static readonly Keyword[] InfixWords =
    [
        Keyword.And, Keyword.Or, Keyword.Is, Keyword.In, Keyword.Like, Keyword.Ilike, Keyword.Between, Keyword.Not,
        Keyword.Similar, Keyword.Collate, Keyword.At, Keyword.Operator, Keyword.Isnull, Keyword.Notnull,
    ];

    private static IEnumerable<Keyword> All => Enum.GetValues<Keyword>().Where(k => Keywords.ClassOf(k) != KeywordClass.None);

    private static bool Parses(string sql)
    {
        try
        {
            SqlParser.Parse(sql);
            return true;
        }
        catch (SqlException)
        {
            return false;
        }
    }

    [Fact]
    public void Keywords_TableReadsTheEnum()
    {
        Assert.Equal(Keyword.CurrentTimestamp, Keywords.Find("Current_TIMESTAMP"));
        Assert.Equal("current_timestamp", Keywords.Word(Keyword.CurrentTimestamp));
        Assert.Equal(Keyword.NoKeyword, Keywords.Find("reserved_first"));
        Assert.Equal(Keyword.NoKeyword, Keywords.Find("no_keyword"));
        Assert.Equal(77, All.Count(k => Keywords.ClassOf(k) == KeywordClass.Reserved));
        Assert.Equal(23, All.Count(k => Keywords.ClassOf(k) == KeywordClass.TypeOrFunction));
        Assert.Equal(51, All.Count(k => Keywords.ClassOf(k) == KeywordClass.ColumnName));
        Assert.Equal(309, All.Count(k => Keywords.ClassOf(k) == KeywordClass.Unreserved && k < Keyword.StreamingFirst));
    }

    [Fact]
    public void Keywords_MayNameWhatTheirClassAllows()
    {
        foreach (Keyword keyword in All)
        {
            string word = Keywords.Word(keyword);
            KeywordClass kind = Keywords.ClassOf(keyword);
            bool column = kind is KeywordClass.Unreserved or KeywordClass.ColumnName;
            bool function = kind is KeywordClass.Unreserved or KeywordClass.TypeOrFunction;
            Assert.True(column == Parses($"create table {word} (a int)"), $"table {word}");
            Assert.True(column == Parses($"create table t ({word} int)"), $"column {word}");
            Assert.True(column == Parses($"select 1 from t as {word}"), $"alias {word}");
            Assert.True(column == Parses($"with {word} as (select 1) select 1"), $"with {word}");
            Assert.True(column == Parses($"insert into {word} ({word}) values (1)"), $"insert {word}");
            Assert.True(Parses($"select 1 as {word}, a.{word} from a"), $"label {word}");
            Assert.True(Keywords.IsBareLabel(keyword) == Parses($"select 1 {word} from a") || InfixWords.Contains(keyword),
                $"bare label {word}");
            Assert.True(!function || Parses($"select 1::{word}") || kind == KeywordClass.TypeOrFunction, $"type {word}");
            Assert.True(!function || Parses($"select {word}(1)") || keyword == Keyword.Operator, $"function {word}");
        }
    }

    [Fact]
    public void Keywords_AsNamesAnywhere_ComeBackThroughTheDeparser()
    {
        foreach (Keyword keyword in All)
        {
            string word = Keywords.Word(keyword);
            var name = new QualifiedName(word);
            var select = new SelectBody
            {
                Items =
                [
                    new(new ColumnReference([word]), word), new(new ColumnReference([word, word])),
                    new(new FunctionCall(name, [new(new NumberLiteral("1"))])),
                    new(new FunctionCall(new QualifiedName([word, word]), [new(new NumberLiteral("1"), word)])),
                    new(new FieldAccess(new ColumnReference([word]), word)),
                    new(new Slice(new ColumnReference([word]), new ColumnReference([word]), new ColumnReference([word]))),
                    new(new MapExpression([new(new ColumnReference([word]), new ColumnReference([word]))])),
                    new(new FunctionCall(new QualifiedName("f"), []) { Over = new WindowSpecification { Base = word } }),
                ],
                From = [new TableReference(new QualifiedName([word, word])) { Alias = new TableAlias(word, [new Identifier(word)]) }],
            };
            SqlText.AssertRoundTrip(new SelectStatement(new Query(select)));
            SqlText.AssertRoundTrip(new CreateTableStatement(name, new RelationDefinition
            {
                Columns = [new ColumnDefinition(word, new TypeName(new QualifiedName("struct")) { Fields = [new(word, Type("int4"))] })],
                Constraints = [new TablePrimaryKey([new Identifier(word)]) { Name = word }],
            })
            {
                Options = [new Option(word + "." + word, new TextOption(word, Quoted: false)), new Option(word, new TextOption(word, true))],
            });
            SqlText.AssertRoundTrip(new SetStatement("a", [new StringLiteral(word)], Local: false));
            SqlText.AssertRoundTrip(new DropStatement(ObjectKind.Table, [new ObjectReference(name)]));
            SqlText.AssertRoundTrip(new InsertStatement(name, [new Identifier(word)], null) { Alias = word });
        }
    }

    private static TypeName Type(string name) => new(new QualifiedName(name));
}
