using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Types;

public sealed class DatumTests
{
    [Fact]
    public void Equality_DifferentTypeOrBits_AreDifferent()
    {
        Assert.Equal(Datum.OfInt32(7), Datum.OfInt32(7));
        Assert.NotEqual(Datum.OfInt32(7), Datum.OfInt64(7));
        Assert.NotEqual(Datum.OfFloat64(0.0), Datum.OfFloat64(-0.0));
        Assert.NotEqual(Datum.Null(SqlType.Int32), Datum.OfInt32(0));
        Assert.Equal(Datum.OfText("ä"), Datum.OfBytes(SqlType.Varchar, [0xC3, 0xA4]));
        Assert.Equal(Datum.OfText("x").GetHashCode(), Datum.OfText("x").GetHashCode());
        Assert.True(default(Datum).IsNull);
    }

    [Fact]
    public void AppendTo_ThenFromVector_GivesTheSameDatum()
    {
        Datum[] values =
        [
            Datum.OfBoolean(true), Datum.OfInt16(-5), Datum.OfInt32(int.MinValue), Datum.OfInt64(long.MaxValue),
            Datum.OfFloat32(float.NaN), Datum.OfFloat64(-1.5), Datum.OfText("a string longer than twelve bytes"),
            Datum.OfText(""), Datum.OfRaw(SqlType.Uuid, Int128.MinValue), Datum.OfRaw(SqlType.Oid, uint.MaxValue),
        ];
        using var arena = new Arena();
        foreach (var value in values)
        {
            var builder = new VectorBuilder(arena, value.Type);
            value.AppendTo(builder);
            Datum.Null(value.Type).AppendTo(builder);
            var vector = builder.Build();
            Assert.Equal(value, Datum.FromVector(vector, 0));
            Assert.Equal(Datum.Null(value.Type), Datum.FromVector(vector, 1));
            Assert.Equal(value, Datum.FromVector(value.ToConstant(arena, 9), 8));
            Assert.True(Datum.FromVector(Datum.Null(value.Type).ToConstant(arena, 9), 8).IsNull);
        }
    }
}
