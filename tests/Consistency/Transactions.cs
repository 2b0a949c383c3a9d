namespace Vectorized.Tests.Consistency;

/// <summary>One transfer of amount 1.</summary>
internal readonly record struct Transfer(int Id, int From, int To, string Timestamp);

/// <summary>
/// The input of the internal-consistency test (Brandon's streaming-consistency repository, `original-transactions.py`):
/// seed 42, ten accounts, out of order by up to ten seconds; and what every prefix of it must add up to.
/// </summary>
internal sealed class Transactions
{
    internal const int Accounts = 10;
    private readonly int[,] _balances;

    internal Transactions(int count)
    {
        var random = new CPythonRandom(42);
        var rows = new (double Time, Transfer Row)[count];
        for (int id = 0; id < count; id++)
        {
            int second = (int)(60L * id / count);
            double delay = random.Uniform(0, 10);
            int from = random.Digit();
            int to = random.Digit();
            rows[id] = (second + delay, new Transfer(id, from, to, $"2021-01-01 00:00:{second:00}.000"));
        }

        InOrder = [.. rows.OrderBy(r => r.Time).Select(r => r.Row)];
        _balances = new int[count + 1, Accounts];
        FirstComplete = -1;
        var credited = new HashSet<int>();
        var debited = new HashSet<int>();
        for (int n = 0; n < count; n++)
        {
            for (int account = 0; account < Accounts; account++)
            {
                _balances[n + 1, account] = _balances[n, account];
            }

            _balances[n + 1, InOrder[n].To]++;
            _balances[n + 1, InOrder[n].From]--;
            credited.Add(InOrder[n].To);
            debited.Add(InOrder[n].From);
            if (FirstComplete < 0 && credited.Count == Accounts && debited.Count == Accounts)
            {
                FirstComplete = n + 1;
            }
        }
    }

    internal IReadOnlyList<Transfer> InOrder { get; }

    /// <summary>Rows after which every account has a credit and a debit.</summary>
    internal int FirstComplete { get; }

    /// <summary>The account's balance over the first n rows.</summary>
    internal int Balance(int n, int account) => _balances[n, account];

    /// <summary>sum(balance) of the inner-join view over the first n rows: only accounts with both sides; null: none.</summary>
    internal int? InnerTotal(int n)
    {
        if (n >= FirstComplete && FirstComplete >= 0)
        {
            return 0;
        }

        var credited = new HashSet<int>();
        var debited = new HashSet<int>();
        for (int i = 0; i < n; i++)
        {
            credited.Add(InOrder[i].To);
            debited.Add(InOrder[i].From);
        }

        credited.IntersectWith(debited);
        return credited.Count == 0 ? null : credited.Sum(account => Balance(n, account));
    }
}
