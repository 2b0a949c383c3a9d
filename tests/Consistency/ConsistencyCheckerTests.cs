namespace Vectorized.Tests.Consistency;

/// <summary>The checker itself: the generator is the published one, and broken pipelines are caught.</summary>
public sealed class ConsistencyCheckerTests
{
    [Fact]
    public void Transactions_Seed42_HaveThePublishedFinalBalances()
    {
        var input = new Transactions(100_000);
        int[] expected = [35, 112, 64, 93, 59, 32, -69, -46, -398, 118];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(a => input.Balance(100_000, a)));
        Assert.Equal(30, input.FirstComplete);
    }

    [Fact]
    public void Checker_OneAfterTheOther_IsCaught() => AssertCaught(BrokenPipelines.OneAfterTheOther, "E1");

    [Fact]
    public void Checker_RowWiseRetractions_IsCaught() => AssertCaught(BrokenPipelines.RowWiseRetractions, "E1");

    [Fact]
    public void Checker_LaggingBranch_IsCaught() => AssertCaught(i => BrokenPipelines.LaggingBranch(i, 20), "E2");

    [Fact]
    public void Checker_ExactPrefixes_AreAccepted()
    {
        var input = new Transactions(500);
        var checker = new ConsistencyChecker(input);
        for (int n = 0; n <= 500; n++)
        {
            checker.Check(Exact(input, n));
        }

        Assert.Empty(checker.Violations);
    }

    [Fact]
    public void Checker_TimeGoingBack_IsCaught()
    {
        var input = new Transactions(500);
        var checker = new ConsistencyChecker(input);
        checker.Check(Exact(input, 20) with { Session = 1, Started = 1, Finished = 2 });
        checker.Check(Exact(input, 19) with { Session = 2, Started = 3, Finished = 4 });
        Assert.Contains(checker.Violations, v => v.StartsWith("E5", StringComparison.Ordinal));
    }

    private static Reading Exact(Transactions input, int n) => new()
    {
        Accepted = n,
        Frontier = n,
        Credits = n,
        Debits = n,
        OuterJoin = n,
        OuterJoinNulls = 0,
        OuterJoinWithTime = n,
        OuterJoinWithTimeNulls = 0,
        InnerTotal = input.InnerTotal(n),
        FullTotal = 0,
        Balances = Enumerable.Range(0, 10).ToDictionary(a => a, a => (long)input.Balance(n, a)),
        Session = 1,
        Started = n * 2,
        Finished = (n * 2) + 1,
    };

    private static void AssertCaught(Func<Transactions, IEnumerable<Reading>> pipeline, string rule)
    {
        var input = new Transactions(2_000);
        var checker = new ConsistencyChecker(input);
        foreach (var reading in pipeline(input))
        {
            checker.Check(reading);
        }

        Assert.Contains(checker.Violations, v => v.StartsWith(rule, StringComparison.Ordinal));
    }
}
