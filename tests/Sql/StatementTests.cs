using Vectorized.Engine.Sql;

namespace Vectorized.Tests.Sql;

/// <summary>
/// Every construct of the grammar with its canonical text (golden/queries.tsv, golden/statements.tsv, read and agreed
/// to by hand), and the shape of the trees where the text alone does not show it.
/// </summary>
public sealed class StatementTests
{
    [Theory]
    [InlineData("queries.tsv")]
    [InlineData("statements.tsv")]
    public void Statements_OfEveryKind_HaveTheirCanonicalText(string file)
    {
        foreach (string[] line in SqlText.Golden(file))
        {
            Assert.Equal(line[1].Replace("\\n", "\n", StringComparison.Ordinal), SqlText.Canonical(line[0]));
        }
    }

    [Fact]
    public void CreateTable_EveryClause_LandsInItsPlace()
    {
        var table = SqlText.One<CreateTableStatement>(
            """
            create table if not exists s.t (*, a int primary key, b int as a + 1, watermark for ts as ts - interval '5' second)
            append only on conflict do update full with version column (v) include key as k
            with (connector = 'kafka', a.b = secret s.x) format upsert encode avro (c = 1) key encode bytes
            """);
        Assert.Equal(["s", "t"], table.Name.Parts);
        Assert.True(table.IfNotExists && table.AppendOnly);
        Assert.Equal(0, table.Definition.WildcardAt);
        Assert.Equal(["a", "b"], table.Definition.Columns.Select(c => c.Name));
        Assert.IsType<PrimaryKeyConstraint>(Assert.Single(table.Definition.Columns[0].Constraints));
        Assert.IsType<GeneratedConstraint>(Assert.Single(table.Definition.Columns[1].Constraints));
        Assert.Equal("ts", Assert.Single(table.Definition.Watermarks).Column.Name);
        Assert.Equal(ConflictBehavior.DoUpdateFull, table.OnConflict);
        Assert.Equal("v", Assert.Single(table.VersionColumns).Name);
        Assert.Equal(("key", "k"), (table.Includes[0].Kind, table.Includes[0].Alias!.Name));
        Assert.Equal(new TextOption("kafka", Quoted: true), table.Options[0].Value);
        Assert.Equal("a.b", table.Options[1].Name);
        Assert.Equal(["s", "x"], Assert.IsType<SecretOption>(table.Options[1].Value).Secret.Parts);
        Assert.Equal(("upsert", "avro", "bytes"), (table.Format!.Format, table.Format.Encode, table.Format.KeyEncode));
    }

    [Theory]
    [InlineData("int", "int4")]
    [InlineData("INTEGER", "int4")]
    [InlineData("int4", "int4")]
    [InlineData("bigint", "int8")]
    [InlineData("double", "float8")]
    [InlineData("double precision", "float8")]
    [InlineData("float(24)", "float4")]
    [InlineData("decimal", "numeric")]
    [InlineData("varchar", "varchar")]
    [InlineData("character varying", "varchar")]
    [InlineData("char", "bpchar")]
    [InlineData("\"char\"", "char")]
    [InlineData("timestamp with time zone", "timestamptz")]
    [InlineData("timestamp without time zone", "timestamp")]
    [InlineData("time with time zone", "timetz")]
    [InlineData("boolean", "bool")]
    [InlineData("jsonb", "jsonb")]
    public void TypeNames_OfTheStandard_BecomeInternalNames(string sql, string name) =>
        Assert.Equal(name, SqlParser.ParseTypeName(sql).Name.Name);

    [Fact]
    public void TypeNames_EqualWhateverTheirSpelling()
    {
        Assert.Equal(SqlParser.ParseTypeName("timestamptz"), SqlParser.ParseTypeName("TIMESTAMP WITH TIME ZONE"));
        Assert.Equal(SqlParser.ParseTypeName("int[][]"), SqlParser.ParseTypeName("int4[3][]"));
        Assert.NotEqual(SqlParser.ParseTypeName("int[]"), SqlParser.ParseTypeName("int"));
    }

    [Fact]
    public void Parentheses_AroundQueriesAndExpressions_AreToldApartByWhatFollows()
    {
        Assert.IsType<ScalarSubquery>(SqlParser.ParseExpression("((select 1))"));
        Assert.IsType<BinaryExpression>(SqlParser.ParseExpression("((select 1) + 1)"));
        Assert.IsType<RowExpression>(SqlParser.ParseExpression("((select 1), 2)"));
        var union = Assert.IsType<ScalarSubquery>(SqlParser.ParseExpression("(((select 1) union (select 2)) limit 1)"));
        Assert.IsType<SetOperation>(union.Query.Body);
        Assert.NotNull(union.Query.Limit);
        Assert.IsType<InSubqueryExpression>(SqlParser.ParseExpression("a in ((select 1) union select 2)"));
        Assert.IsType<InListExpression>(SqlParser.ParseExpression("a in ((select 1), 2)"));
        Assert.IsType<InListExpression>(SqlParser.ParseExpression("a in ((select 1) + 1)"));
    }

    [Fact]
    public void GroupBy_RowInParentheses_DiffersFromExplicitRow()
    {
        var select = (SelectBody)SqlText.One<SelectStatement>("select 1 group by (a, b), row(a, b)").Query.Body;
        Assert.True(((RowExpression)((GroupingExpression)select.GroupBy[0]).Value).Implicit);
        Assert.False(((RowExpression)((GroupingExpression)select.GroupBy[1]).Value).Implicit);
    }

    [Fact]
    public void Positions_OfNodes_PointAtTheirTokens()
    {
        const string Sql = "select a + f(b), c::int from s.t x where y = 'z'";
        var select = (SelectBody)SqlText.One<SelectStatement>(Sql).Query.Body;
        var sum = (BinaryExpression)select.Items[0].Value;
        Assert.Equal((8, 10, 12), (sum.Left.Position, sum.Position, sum.Right.Position));
        Assert.Equal(Sql.IndexOf("b)", StringComparison.Ordinal) + 1, ((FunctionCall)sum.Right).Arguments[0].Position);
        Assert.Equal(Sql.IndexOf("::", StringComparison.Ordinal) + 1, select.Items[1].Value.Position);
        Assert.Equal(Sql.IndexOf("s.t", StringComparison.Ordinal) + 1, ((TableReference)select.From[0]).Name.Position);
        Assert.Equal(Sql.IndexOf("= 'z'", StringComparison.Ordinal) + 1, select.Where!.Position);
    }

    [Theory]
    [InlineData("queries.tsv")]
    [InlineData("statements.tsv")]
    public void Positions_OfEveryNode_LieInTheText(string file)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string[] line in SqlText.Golden(file))
        {
            foreach (SyntaxNode node in Nodes(SqlText.One(line[0])))
            {
                if (node.Position < 1 || node.Position > line[0].Length + 1)
                {
                    missing.Add($"{node.GetType().Name} at {node.Position}: {line[0][..Math.Min(60, line[0].Length)]}");
                }
            }
        }

        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    /// <summary>A node and all below it, found by reflection so that no family is forgotten.</summary>
    private static IEnumerable<SyntaxNode> Nodes(object? value)
    {
        if (value is System.Collections.IEnumerable list and not string)
        {
            return list.Cast<object?>().SelectMany(Nodes);
        }

        if (value is not SyntaxNode node)
        {
            return [];
        }

        var below = node.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract");
        return below.SelectMany(p => Nodes(p.GetValue(node))).Prepend(node);
    }

    [Fact]
    public void Joins_Nest_AsWritten()
    {
        var select = (SelectBody)SqlText.One<SelectStatement>("select * from a join b on p left join c on q").Query.Body;
        var outer = Assert.IsType<JoinReference>(Assert.Single(select.From));
        Assert.Equal(JoinKind.Left, outer.Kind);
        Assert.IsType<JoinReference>(outer.Left);
        select = (SelectBody)SqlText.One<SelectStatement>("select * from a join b left join c on q on p").Query.Body;
        outer = Assert.IsType<JoinReference>(Assert.Single(select.From));
        Assert.Equal(JoinKind.Inner, outer.Kind);
        Assert.IsType<JoinReference>(outer.Right);
    }

    [Fact]
    public void SetOperations_BindIntersectTighter()
    {
        Query query = SqlText.One<SelectStatement>("select 1 union select 2 intersect select 3 except select 4 order by 1").Query;
        var except = Assert.IsType<SetOperation>(query.Body);
        Assert.Equal(SetOperator.Except, except.Operator);
        var union = Assert.IsType<SetOperation>(except.Left);
        Assert.Equal(SetOperator.Union, union.Operator);
        Assert.Equal(SetOperator.Intersect, Assert.IsType<SetOperation>(union.Right).Operator);
        Assert.Single(query.OrderBy);
    }
}
