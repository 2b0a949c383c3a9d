using Vectorized.Engine.Types;

namespace Vectorized.Tests.Types;

public sealed class TypeNamesTests
{
    [Theory]
    [InlineData("double precision", "double precision")]
    [InlineData("INT4", "integer")]
    [InlineData("timestamptz", "timestamp with time zone")]
    [InlineData("timestamp with time zone", "timestamp with time zone")]
    [InlineData("timestamp(6) without time zone", "timestamp without time zone")]
    [InlineData("numeric( 10 , 2 )", "numeric(10,2)")]
    [InlineData("decimal(5)", "numeric(5,0)")]
    [InlineData("varchar(3)[]", "character varying(3)[]")]
    [InlineData("character varying(7)", "character varying(7)")]
    [InlineData("text", "character varying")]
    [InlineData("_int8", "bigint[]")]
    [InlineData("int array", "integer[]")]
    [InlineData("int[3][4]", "integer[][]")]
    [InlineData("float(20)", "real")]
    [InlineData("\"char\"", "\"char\"")]
    [InlineData("pg_catalog.int4", "integer")]
    [InlineData("struct<a int, \"B c\" varchar[]>", "struct<a integer, B c character varying[]>")]
    [InlineData("map(varchar, int[])", "map(character varying,integer[])")]
    [InlineData("int2vector", "smallint[]")]
    public void Parse_EverySpelling_IsKnown(string text, string expected) => Assert.Equal(expected, TypeNames.Parse(text).ToString());

    [Theory]
    [InlineData("nosuch", SqlState.UndefinedObject)]
    [InlineData("int4 int4", SqlState.UndefinedObject)]
    [InlineData("numeric(0,0)", SqlState.InvalidParameterValue)]
    [InlineData("numeric(3,4)", SqlState.InvalidParameterValue)]
    [InlineData("timestamp(3)", SqlState.FeatureNotSupported)]
    [InlineData("int4(3)", SqlState.UndefinedObject)]
    [InlineData("struct<a>", SqlState.UndefinedObject)]
    public void Parse_Nonsense_IsRefused(string text, string state) =>
        Assert.Equal(state, Assert.Throws<SqlException>(() => TypeNames.Parse(text)).SqlState);

    [Fact]
    public void Format_ThenParse_GivesTheTypeBack()
    {
        foreach (var type in RandomValues.Scalars.Concat(RandomValues.Nested))
        {
            Assert.Equal(type, TypeNames.Parse(type.ToString()));
        }
    }
}
