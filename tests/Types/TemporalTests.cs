using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

public sealed class TemporalTests(ITestOutputHelper output)
{
    private static readonly ZoneRules NewYork = ZoneRules.Find("America/New_York")!;
    private static readonly TextOptions Session = new() { Zone = NewYork };

    [Fact]
    public void Temporal_GoldenOperations_GiveWhatPostgres15Gives()
    {
        // operation, arguments, result; the session's zone is New York, instants are shown in UTC.
        foreach (string[] line in Golden.Read("temporal.tsv", 4))
        {
            string call = string.Join(' ', line[..3]);
            Assert.Equal(call + " = " + line[3], call + " = " + Run(line[0], line[1], line[2]));
        }
    }

    [Fact]
    public void CivilDate_EveryDayOfAThousandYears_RoundTripsLikeDateOnly()
    {
        int first = (int)CivilDate.ToDays(1500, 1, 1);
        for (int day = first; day < first + 365_250; day++)
        {
            CivilDate.FromDays(day, out int year, out int month, out int dayOfMonth);
            Assert.Equal(day, CivilDate.ToDays(year, month, dayOfMonth));
            var expected = DateOnly.FromDayNumber(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
            Assert.True(expected.Year == year && expected.Month == month && expected.Day == dayOfMonth);
            Assert.Equal((int)expected.DayOfWeek, CivilDate.DayOfWeek(day));
            Assert.Equal(expected.DayOfYear, CivilDate.DayOfYear(day));
        }
    }

    [Fact]
    public void CivilDate_Extremes_AreTheNamedConstants()
    {
        Assert.Equal(Temporal.DateMin, CivilDate.ToDays(-4713, 11, 24));
        Assert.Equal(Temporal.DateMax, CivilDate.ToDays(5_874_897, 12, 31));
        CivilDate.FromDays(Temporal.DateMax, out int year, out int month, out int day);
        Assert.Equal((5_874_897, 12, 31), (year, month, day));
    }

    [Fact]
    public void CivilDate_IsoWeek_IsTheFrameworks()
    {
        for (int i = -40_000; i < 40_000; i += 3)
        {
            var date = DateTime.UnixEpoch.AddDays(i);
            CivilDate.IsoWeek(i, out int isoYear, out int week);
            Assert.Equal((System.Globalization.ISOWeek.GetYear(date), System.Globalization.ISOWeek.GetWeekOfYear(date)), (isoYear, week));
        }
    }

    [Fact]
    public void ZoneRules_RandomInstants_AgreeWithTimeZoneInfo()
    {
        string[] names = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran", "Pacific/Apia"];
        Law.Check(output, 2000, random =>
        {
            string name = names[random.Next(names.Length)];
            long second = random.NextInt64(-3_000_000_000, 5_000_000_000);
            var expected = TimeZoneInfo.FindSystemTimeZoneById(name).GetUtcOffset(DateTime.UnixEpoch.AddSeconds(second));
            return ZoneRules.Find(name)!.OffsetSecondsAtUtc(second * Temporal.MicrosPerSecond) == (int)expected.TotalSeconds;
        });
    }

    [Theory]
    [InlineData("us/pacific", "US/Pacific")]
    [InlineData("AMERICA/port-AU-prince", "America/Port-au-Prince")]
    [InlineData("africa/dar_es_salaam", "Africa/Dar_es_Salaam")]
    [InlineData("Etc/GMT+5", "Etc/GMT+5")]
    [InlineData("utc", "UTC")]
    public void ZoneRules_NameInAnyCase_IsFound(string name, string expected) => Assert.Equal(expected, ZoneRules.Find(name)?.Name);

    [Theory]
    [InlineData("Foo/Bar")]
    [InlineData("../etc/passwd")]
    [InlineData("")]
    public void ZoneRules_UnknownName_IsNull(string name) => Assert.Null(ZoneRules.Find(name));

    [Fact]
    public void Interval_EqualValues_HaveOneCanonicalFormAndHash()
    {
        IntervalValue[] equal = [new(1, 0, 0), new(0, 30, 0), new(0, 0, 30 * Temporal.MicrosPerDay), new(2, -30, 0)];
        foreach (var one in equal)
        {
            Assert.Equal(equal[0], one);
            Assert.Equal(equal[0].GetHashCode(), one.GetHashCode());
            Assert.Equal("1 mon", one.Canonical().ToString());
        }

        Law.Check(output, 1000, random =>
        {
            var value = IntervalValue.FromBits(RandomValues.Of(SqlType.Interval, random).Raw);
            return value.Canonical() == value && value.Canonical().Bits == value.Canonical().Canonical().Bits;
        });
    }

    [Theory]
    [InlineData("2147483647 mons 2147483647 days", 0.999999991, true)]
    [InlineData("2147483647 mons 2147483647 days", 0.999999992, false)]
    public void Interval_MultiplyNearTheEnd_OverflowsAsRisingWave(string text, double factor, bool fits)
    {
        IntervalText.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var value);
        Assert.Equal(fits, IntervalArithmetic.Multiply(value, factor, out _) == ValueStatus.Ok);
    }

    [Theory]
    [InlineData("5", IntervalField.Month, "5 mons")]
    [InlineData("500", IntervalField.Year, "500 years")]
    [InlineData("-50", IntervalField.Month, "-4 years -2 mons")]
    [InlineData("1 2:03:04", IntervalField.Minute, "1 day 02:03:00")]
    [InlineData("1 year 2 months", IntervalField.Year, "1 year")]
    public void Interval_Qualified_TakesItsUnitAndIsCut(string text, IntervalField field, string expected)
    {
        Assert.Equal(ValueStatus.Ok, IntervalText.TryParse(System.Text.Encoding.UTF8.GetBytes(text), field, out var value));
        Assert.Equal(expected, value.ToString());
    }

    private static string Run(string operation, string a, string b)
    {
        var result = default(IntervalValue);
        long time = 0;
        try
        {
            switch (operation)
            {
                case "extract_ts":
                    TemporalFields.Extract(TemporalFields.Parse(a), Timestamp(b), out long field);
                    return Number(TemporalFields.Parse(a), field);
                case "extract_iv":
                    TemporalFields.Extract(TemporalFields.Parse(a), Interval(b), out field);
                    return Number(TemporalFields.Parse(a), field);
                case "trunc_ts": return TemporalFields.Truncate(TemporalFields.Parse(a), Timestamp(b), out time) ? Text(time) : "no";
                case "trunc_iv":
                    return TemporalFields.Truncate(TemporalFields.Parse(a), Interval(b), out result) ? result.ToString() : "no";
                case "icmp": return Interval(a).CompareTo(Interval(b)).ToString();
            }

            var status = operation switch
            {
                "trunc_tz" => TemporalFields.TruncateTz(TemporalFields.Parse(a), Instant(b), NewYork, out time),
                "add" => TemporalArithmetic.Add(Timestamp(a), Interval(b), out time),
                "sub" => TemporalArithmetic.Subtract(Timestamp(a), Interval(b), out time),
                "addtz" => TemporalArithmetic.AddTz(Instant(a), Interval(b), NewYork, out time),
                "bin" => TemporalFields.Bin(Interval(a), Timestamp(b), Timestamp("2001-01-01"), out time),
                "atz" => Temporal.ToUtc(Timestamp(a), ZoneRules.Find(b)!, out time),
                "zat" => Temporal.ToLocal(Timestamp(a), ZoneRules.Find(b)!, out time),
                "diff" => TemporalArithmetic.Difference(Timestamp(a), Timestamp(b), out result),
                "age" => TemporalArithmetic.Age(Timestamp(a), Timestamp(b), out result),
                "jh" => IntervalArithmetic.JustifyHours(Interval(a), out result),
                "jd" => IntervalArithmetic.JustifyDays(Interval(a), out result),
                "ji" => IntervalArithmetic.JustifyInterval(Interval(a), out result),
                "mul" => IntervalArithmetic.Multiply(Interval(a), double.Parse(b), out result),
                "div" => IntervalArithmetic.Divide(Interval(a), double.Parse(b), out result),
                "iadd" => IntervalArithmetic.Add(Interval(a), Interval(b), out result),
                "isub" => IntervalArithmetic.Subtract(Interval(a), Interval(b), out result),
                _ => throw new InvalidOperationException(operation),
            };
            return status != ValueStatus.Ok ? "ERR " + ValueErrors.SqlStateOf(status)
                : operation is "trunc_tz" or "add" or "sub" or "addtz" or "bin" or "atz" or "zat" ? Text(time) : result.ToString();
        }
        catch (SqlException e)
        {
            return "ERR " + e.SqlState;
        }
    }

    private static long Timestamp(string text) => (long)TextParse.Parse(text, SqlType.Timestamp).Raw;

    private static long Instant(string text) => (long)TextParse.Parse(text, SqlType.TimestampTz, Session).Raw;

    private static IntervalValue Interval(string text) => IntervalValue.FromBits(TextParse.Parse(text, SqlType.Interval).Raw);

    private static string Text(long timestamp) => TextFormat.ToText(Datum.OfRaw(SqlType.Timestamp, timestamp));

    private static string Number(TemporalField field, long value) =>
        TextFormat.ToText(Datum.OfRaw(SqlType.NumericOf(18, TemporalFields.ScaleOf(field)), value));
}
