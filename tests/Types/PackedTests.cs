using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

public sealed class PackedTests(ITestOutputHelper output)
{
    [Fact]
    public void Packed_EqualValues_HaveEqualBytes()
    {
        (string Type, string A, string B)[] equal =
        [
            ("float8[]", "{0,NaN}", "{-0,NaN}"), ("numeric[]", "{1.0,2.50}", "{1.00,2.5}"), ("interval[]", "{30 days}", "{1 mon}"),
            ("map(int,text)", "{2:b,1:a}", "{1:a,2:b}"), ("struct<a numeric, b int>", "(1.0,)", "(1,)"),
        ];
        foreach (var (type, a, b) in equal)
        {
            Assert.Equal(TextParse.Parse(a, TypeNames.Parse(type)), TextParse.Parse(b, TypeNames.Parse(type)));
        }
    }

    [Fact]
    public void Packed_RandomValues_BytesAreEqualExactlyWhenValuesAre()
    {
        Law.Check(output, 2000, random =>
        {
            var type = RandomValues.Nested[random.Next(RandomValues.Nested.Length)];
            var a = RandomValues.Of(type, random);
            var b = random.Next(3) == 0 ? TextParse.Parse(TextFormat.ToText(a), type) : RandomValues.Of(type, random);
            int order = ValueOrder.Compare(a, b);
            return (order == 0) == a.Equals(b) && order == -ValueOrder.Compare(b, a);
        });
    }

    [Fact]
    public void List_Members_AreReachedByIndex()
    {
        var list = TextParse.Parse("{a,NULL,a text longer than twelve bytes}", SqlType.ListOf(SqlType.Varchar));
        var packed = new PackedList(SqlType.Varchar, list.Bytes);
        Assert.Equal(3, packed.Count);
        Assert.Equal("a", packed[0].AsText);
        Assert.True(packed[1].IsNull);
        Assert.Equal("a text longer than twelve bytes", packed[2].AsText);
    }

    [Theory]
    [InlineData("{1,2}", "{1,3}", -1)]
    [InlineData("{1,2}", "{1,2,0}", -1)]
    [InlineData("{1,NULL}", "{1,5}", 1)]
    [InlineData("{}", "{NULL}", -1)]
    public void List_Order_IsElementByElement(string a, string b, int expected)
    {
        var type = SqlType.ListOf(SqlType.Int32);
        Assert.Equal(expected, Math.Sign(ValueOrder.Compare(TextParse.Parse(a, type), TextParse.Parse(b, type))));
    }

    [Fact]
    public void Map_RepeatedKey_IsRefused() =>
        Assert.Throws<SqlException>(() => TextParse.Parse("{1:a,1:b}", TypeNames.Parse("map(int,text)")));
}
