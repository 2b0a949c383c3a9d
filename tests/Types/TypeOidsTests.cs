using Vectorized.Engine.Types;

namespace Vectorized.Tests.Types;

public sealed class TypeOidsTests
{
    [Theory]
    [InlineData(16u, TypeId.Boolean)]
    [InlineData(20u, TypeId.Int64)]
    [InlineData(25u, TypeId.Varchar)]
    [InlineData(1043u, TypeId.Varchar)]
    [InlineData(1700u, TypeId.Numeric)]
    [InlineData(114u, TypeId.Jsonb)]
    [InlineData(0u, TypeId.Unknown)]
    public void Find_KnownOid_NamesTheType(uint oid, TypeId expected) =>
        Assert.Equal(expected, TypeOids.Find(oid)!.Id);

    [Fact]
    public void Find_EveryArray_IsAListOfItsElement()
    {
        foreach (var type in new[] { SqlType.Int32, SqlType.Varchar, SqlType.TimestampTz, SqlType.Uuid, SqlType.Jsonb })
        {
            var list = SqlType.ListOf(type);
            Assert.Equal(list, TypeOids.Find(TypeOids.Of(list)));
            Assert.Equal(TypeOids.Of(list), TypeOids.Of(SqlType.ListOf(list)));
        }
    }

    [Fact]
    public void Of_TypesWithoutOne_AreTextOrRecord()
    {
        Assert.Equal(25u, TypeOids.Of(SqlType.Unknown));
        Assert.Equal(25u, TypeOids.Of(SqlType.MapOf(SqlType.Varchar, SqlType.Int32)));
        Assert.Equal(2249u, TypeOids.Of(SqlType.StructOf(new StructFields([("a", SqlType.Int32)]))));
        Assert.Null(TypeOids.Find(790));
    }

    [Fact]
    public void Modifier_NumericAndVarchar_AreAsPostgresEncodesThem()
    {
        Assert.Equal((10 << 16) + 2 + 4, TypeOids.Modifier(SqlType.NumericOf(10, 2)));
        Assert.Equal(24, TypeOids.Modifier(SqlType.VarcharOf(20)));
        Assert.Equal(-1, TypeOids.Modifier(SqlType.Numeric));
        Assert.Equal(-1, TypeOids.Modifier(SqlType.Int32));
    }
}
