namespace Vectorized.Tests.Consistency;

/// <summary>
/// Three toy pipelines that break internal consistency in the ways real engines have: negative controls, which the
/// checker must catch.
/// </summary>
internal static class BrokenPipelines
{
    /// <summary>credits and debits updated one after the other, an output after each.</summary>
    internal static IEnumerable<Reading> OneAfterTheOther(Transactions input)
    {
        long credits = 0;
        long debits = 0;
        foreach (var _ in input.InOrder)
        {
            credits++;
            yield return Output(credits, debits, credits, credits - debits);
            debits++;
            yield return Output(credits, debits, credits, credits - debits);
        }
    }

    /// <summary>An update runs through the join as a retraction and an insertion, each of which shows.</summary>
    internal static IEnumerable<Reading> RowWiseRetractions(Transactions input)
    {
        var balances = new long[Transactions.Accounts];
        long n = 0;
        foreach (var transfer in input.InOrder)
        {
            n++;
            yield return Output(n, n, n, balances.Sum() - balances[transfer.To]);
            balances[transfer.To]++;
            yield return Output(n, n, n, balances.Sum());
            yield return Output(n, n, n, balances.Sum() - balances[transfer.From]);
            balances[transfer.From]--;
            yield return Output(n, n, n, balances.Sum());
        }
    }

    /// <summary>One branch lags by some records.</summary>
    internal static IEnumerable<Reading> LaggingBranch(Transactions input, int lag)
    {
        for (int n = 1; n <= input.InOrder.Count; n++)
        {
            long debits = Math.Max(0, n - lag);
            yield return Output(n, debits, n, n - debits);
        }
    }

    private static Reading Output(long credits, long debits, long n, long total) => new()
    {
        Accepted = n,
        Frontier = n,
        Credits = credits,
        Debits = debits,
        OuterJoin = n,
        OuterJoinNulls = 0,
        OuterJoinWithTime = n,
        OuterJoinWithTimeNulls = 0,
        InnerTotal = total,
        FullTotal = total,
        Session = 1,
        Started = n * 2,
        Finished = (n * 2) + 1,
    };
}
