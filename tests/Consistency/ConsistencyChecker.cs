namespace Vectorized.Tests.Consistency;

/// <summary>
/// Judges readings by the rules E1 to E5 of the internal-consistency test: totals are zero, all views show the same
/// prefix, the prefix's exact content, time never goes back. Any thread.
/// </summary>
internal sealed class ConsistencyChecker(Transactions input)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, long> _lastBySession = [];
    private readonly List<(long Finished, long Rows)> _finished = [];
    private long _highestFinished;

    internal int Readings { get; private set; }

    internal List<string> Violations { get; } = [];

    internal void Check(Reading reading)
    {
        lock (_lock)
        {
            Readings++;
            long n = reading.Accepted;
            Require(reading.FullTotal == 0, "E1", $"total over the full outer join is {reading.FullTotal} at n={n}");
            bool same = reading.Frontier == n && reading.Credits == n && reading.Debits == n && reading.OuterJoin == n
                && reading.OuterJoinWithTime == n;
            Require(same, "E2", $"views disagree at n={n}: {reading}");
            Require(reading.OuterJoinNulls == 0 && reading.OuterJoinWithTimeNulls == 0, "E2", $"unmatched rows at n={n}");
            if (n >= 0 && n <= input.InOrder.Count)
            {
                long? expected = input.InnerTotal((int)n);
                Require(reading.InnerTotal == expected, "E3", $"inner total {reading.InnerTotal} instead of {expected} at n={n}");
                CheckBalances(reading, (int)n);
            }
            else
            {
                Require(false, "E4", $"{n} rows of {input.InOrder.Count}");
            }

            CheckTime(reading, n);
        }
    }

    private void CheckBalances(Reading reading, int n)
    {
        if (reading.Balances is null)
        {
            return;
        }

        for (int account = 0; account < Transactions.Accounts; account++)
        {
            long actual = reading.Balances.GetValueOrDefault(account);
            Require(actual == input.Balance(n, account), "E4", $"balance of {account} is {actual}, not {input.Balance(n, account)}, at n={n}");
        }
    }

    private void CheckTime(Reading reading, long n)
    {
        Require(n >= _lastBySession.GetValueOrDefault(reading.Session), "E5", $"session {reading.Session} went back to n={n}");
        _lastBySession[reading.Session] = n;

        // Any read that finished before this one started may not have seen more.
        long seenBefore = 0;
        foreach (var (finished, rows) in _finished)
        {
            if (finished <= reading.Started)
            {
                seenBefore = Math.Max(seenBefore, rows);
            }
        }

        Require(n >= Math.Max(seenBefore, 0), "E5", $"n={n} after another session had seen {seenBefore}");
        _finished.Add((reading.Finished, n));
        _highestFinished = Math.Max(_highestFinished, n);
        if (_finished.Count > 256)
        {
            // Old entries fold into one that keeps the latest end and the highest count among those surely over.
            long cut = _finished.OrderBy(f => f.Finished).ElementAt(128).Finished;
            long rows = _finished.Where(f => f.Finished <= cut).Max(f => f.Rows);
            _finished.RemoveAll(f => f.Finished <= cut);
            _finished.Add((cut, rows));
        }
    }

    private void Require(bool holds, string rule, string what)
    {
        if (!holds && Violations.Count < 100)
        {
            Violations.Add($"{rule}: {what}");
        }
    }
}
