using System.Globalization;
using System.Numerics;
using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

public sealed class NumericsTests(ITestOutputHelper output)
{
    [Fact]
    public void Arithmetic_RandomFiniteValues_IsSystemDecimals()
    {
        Law.Check(output, 5000, random =>
        {
            var a = Random(random);
            var b = Random(random);
            if (!a.IsFinite || !b.IsFinite)
            {
                return true;
            }

            return Same(Numerics.Add(a, b, out var r), r, () => Decimal(a) + Decimal(b))
                && Same(Numerics.Subtract(a, b, out r), r, () => Decimal(a) - Decimal(b))
                && Same(Numerics.Multiply(a, b, out r), r, () => Decimal(a) * Decimal(b))
                && Same(Numerics.Divide(a, b, out r), r, () => Decimal(a) / Decimal(b))
                && Same(Numerics.Modulo(a, b, out r), r, () => Decimal(a) % Decimal(b))
                && a.CompareTo(b) == Decimal(a).CompareTo(Decimal(b))
                && a.Equals(b) == (Decimal(a) == Decimal(b))
                && (!a.Equals(b) || a.GetHashCode() == b.GetHashCode());
        });
    }

    [Theory]
    [InlineData("735.00", "1", "735.00")]
    [InlineData("1", "3", "0.3333333333333333333333333333")]
    [InlineData("20", "3", "6.6666666666666666666666666667")]
    [InlineData("2.50", "0.5", "5.0")]
    [InlineData("NaN", "0", "NaN")]
    [InlineData("Infinity", "-2", "-Infinity")]
    [InlineData("1", "Infinity", "0")]
    public void Divide_Examples_FillTheCoefficient(string a, string b, string expected)
    {
        Assert.Equal(ValueStatus.Ok, Numerics.Divide(Of(a), Of(b), out var quotient));
        Assert.Equal(expected, quotient.ToString());
    }

    [Fact]
    public void Divide_ByZero_IsRefused() => Assert.Equal(ValueStatus.DivisionByZero, Numerics.Divide(Of("1"), Of("0.00"), out _));

    [Fact]
    public void Order_SpecialValues_IsPostgres()
    {
        string[] ordered = ["-Infinity", "-1e28", "-1.5", "-1", "0", "0.000001", "1", "79228162514264337593543950335", "Infinity", "NaN"];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i.CompareTo(j), Math.Sign(Of(ordered[i]).CompareTo(Of(ordered[j]))));
            }
        }

        Assert.Equal(Of("1.0"), Of("1.00"));
        Assert.Equal(Of("1.0").Canonical().Bits, Of("1").Bits);
        Assert.Equal(Of("-0.00").Canonical().Bits, Of("0").Bits);
    }

    [Theory]
    [InlineData("2.5", 0, "3")]
    [InlineData("-2.5", 0, "-3")]
    [InlineData("-0.1", 0, "0")]
    [InlineData("25.35449", 4, "25.3545")]
    [InlineData("1.5", 4, "1.5")]
    [InlineData("1250", -2, "1300")]
    [InlineData("-1249.99", -2, "-1200")]
    [InlineData("79228162514264337593543950335", -1, "79228162514264337593543950340", true)]
    public void Round_HalfAwayFromZero(string value, int decimals, string expected, bool overflows = false)
    {
        var status = Numerics.Round(Of(value), decimals, out var rounded);
        Assert.Equal(overflows ? ValueStatus.NumericOverflow : ValueStatus.Ok, status);
        Assert.Equal(overflows ? "0" : expected, overflows ? "0" : rounded.ToString());
    }

    [Theory]
    [InlineData("-1.5", "-1", "-2", "-1")]
    [InlineData("1.01", "2", "1", "1")]
    [InlineData("Infinity", "Infinity", "Infinity", "Infinity")]
    public void Ceiling_Floor_Truncate_Examples(string value, string ceiling, string floor, string truncated)
    {
        Numerics.Ceiling(Of(value), out var up);
        Numerics.Floor(Of(value), out var down);
        Numerics.Truncate(Of(value), 0, out var cut);
        Assert.Equal((ceiling, floor, truncated), (up.ToString(), down.ToString(), cut.ToString()));
    }

    [Fact]
    public void Rescale_RandomValues_IsExactRationalArithmetic()
    {
        Law.Check(output, 3000, random =>
        {
            int from = random.Next(19);
            int to = random.Next(39);
            int precision = Math.Max(random.Next(1, 39), 1);
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var expected = to >= from ? value * BigInteger.Pow(10, to - from) : DivideRounded(value, BigInteger.Pow(10, from - to));
            bool fits = BigInteger.Abs(expected) < BigInteger.Pow(10, precision);
            var status = NumericForms.Rescale((Int128)value, from, precision, to, out var wide);
            Assert.Equal(fits, status == ValueStatus.Ok);
            Assert.True(!fits || (BigInteger)wide == expected);
            if (precision <= 18)
            {
                status = NumericForms.Rescale(value, from, precision, to, out long narrow);
                Assert.Equal(fits, status == ValueStatus.Ok);
                Assert.True(!fits || narrow == expected);
            }

            return true;
        });
    }

    [Fact]
    public void Forms_FreeToScaledAndBack_KeepTheValue()
    {
        Law.Check(output, 3000, random =>
        {
            var type = random.Next(2) == 0 ? SqlType.NumericOf(38, 10) : SqlType.NumericOf(18, 4);
            var raw = RandomValues.Of(type, random).Raw;
            if (NumericForms.ToFree(raw, type.Scale, out var free) != ValueStatus.Ok || !NumericForms.IsExact(raw, free))
            {
                return Int128.Abs(raw) > (Int128)FreeNumeric.CoefficientMax;
            }

            Assert.Equal(ValueStatus.Ok, NumericForms.ToScaled128(free, 38, type.Scale, out var back));
            Assert.Equal(raw, back);
            Assert.Equal(NumericForms.ToFloat64(free), NumericForms.ToFloat64(raw, type.Scale));
            Assert.Equal(double.Parse(free.ToString(), CultureInfo.InvariantCulture), NumericForms.ToFloat64(free));
            return true;
        });
    }

    [Theory]
    [InlineData("735", 1, "735")]
    [InlineData("10", 4, "2.5")]
    [InlineData("2", 3, "0.6666666666666666666666666667")]
    [InlineData("99999999999999999999999999999999999999", 3, "33333333333333333333333333333", false)]
    public void Average_Examples(string sum, long count, string expected, bool fits = true)
    {
        var status = Numerics.Average(Int128.Parse(sum), 0, count, out var average);
        Assert.Equal(fits ? ValueStatus.Ok : ValueStatus.NumericOverflow, status);
        Assert.True(!fits || expected == average.ToString(), average.ToString());
    }

    [Fact]
    public void Average_WideSum_RoundsOnce()
    {
        Numerics.Average(Int128.Parse("99999999999999999999999999999999999999"), 20, 7, out var average);
        Assert.Equal("142857142857142857.14285714286", average.ToString());
    }

    [Fact]
    public void FromFloat64_TakesFifteenDigits()
    {
        NumericForms.FromFloat64(0.1 + 0.2, out var sum);
        Assert.Equal("0.3", sum.ToString());
        NumericForms.FromFloat32(16777216f, out sum);
        Assert.Equal("16777200", sum.ToString());
    }

    private static FreeNumeric Of(string text) => FreeNumeric.FromBits(TextParse.Parse(text, SqlType.Numeric).Raw);

    private static FreeNumeric Random(Random random) => FreeNumeric.FromBits(RandomValues.Of(SqlType.Numeric, random).Raw);

    private static decimal Decimal(FreeNumeric value) => decimal.Parse(value.ToString(), CultureInfo.InvariantCulture);

    private static bool Same(ValueStatus status, FreeNumeric actual, Func<decimal> expected)
    {
        try
        {
            return expected() == Decimal(actual) && status == ValueStatus.Ok;
        }
        catch (OverflowException)
        {
            return status == ValueStatus.NumericOverflow;
        }
        catch (DivideByZeroException)
        {
            return status == ValueStatus.DivisionByZero;
        }
    }

    private static BigInteger DivideRounded(BigInteger value, BigInteger unit)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(value), unit, out var rest);
        return (quotient + (rest * 2 >= unit ? 1 : 0)) * value.Sign;
    }
}
