using Vectorized.Engine.Sql;

namespace Vectorized.Tests.Sql;

public class RelationRenameTests
{
    [Theory]
    [InlineData("SELECT t.a FROM t", "SELECT t.a FROM u AS t")]
    [InlineData("SELECT x.a FROM t AS x", "SELECT x.a FROM u AS x")]
    [InlineData("SELECT * FROM s.t, t", "SELECT * FROM s.t, u AS t")]
    [InlineData("WITH t AS (SELECT a FROM t) SELECT * FROM t", "WITH t AS (SELECT a FROM u AS t) SELECT * FROM t")]
    [InlineData("SELECT (SELECT max(a) FROM t) AS m FROM v", "SELECT (SELECT max(a) FROM u AS t) AS m FROM v")]
    [InlineData(
        "SELECT * FROM tumble(t, at, INTERVAL '1 minute')", "SELECT * FROM tumble(u, at, INTERVAL '1 minute') AS t")]
    [InlineData("CREATE SINK k INTO t FROM v", "CREATE SINK k INTO u FROM v")]
    [InlineData("CREATE INDEX i ON t(a)", "CREATE INDEX i ON u(a)")]
    public void Write_Renamed_KeepsTheMeaning(string sql, string expected)
    {
        var rename = new RelationRename(n => n.Parts.Count == 1 && n.Name == "t" ? new QualifiedName("u") : null);
        Assert.Equal(expected, rename.Write(SqlParser.Parse(sql)[0]));
    }

    [Fact]
    public void Write_OldNameIsAKeyword_AliasIsQuoted()
    {
        var rename = new RelationRename(n => n.Name == "source" ? new QualifiedName("src") : null);
        Assert.Equal("SELECT * FROM src AS \"source\"", rename.Write(SqlParser.Parse("SELECT * FROM source")[0]));
    }

    [Fact]
    public void Write_RecursiveName_IsNoRelation()
    {
        const string Sql = "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT * FROM t";
        var rename = new RelationRename(n => n.Name == "t" ? new QualifiedName("u") : null);
        Assert.Equal(Sql, rename.Write(SqlParser.Parse(Sql)[0]));
    }
}
