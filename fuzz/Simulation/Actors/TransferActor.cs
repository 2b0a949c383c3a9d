using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Moves amounts between accounts that all share, and notes each move in a journal in the same transaction. Whoever looks, whenever:
/// the accounts are what the journal says, nothing acknowledged is missing from it, nothing that failed is in it.
/// </summary>
internal sealed class TransferActor(int owner, Dice dice) : Actor($"transfer{owner}", dice)
{
    private const int Accounts = 6;
    private const int Initial = 100;

    private readonly HashSet<int> _acknowledged = [];
    private int? _doubtful;
    private int _next;

    internal static IReadOnlyList<(string Name, string Sql)> Tables { get; } =
    [
        ("acc", "CREATE TABLE acc (id int PRIMARY KEY, bal bigint)"),
        ("journal", "CREATE TABLE journal (owner int, n int, src int, dst int, amt bigint, PRIMARY KEY (owner, n))"),
    ];

    protected override void Recover(Client client)
    {
        client.Must("BEGIN");
        var journal = client.Must("SELECT owner, n, src, dst, amt FROM journal").Rows
            .Select(r => r.Select(c => int.Parse(c!, System.Globalization.CultureInfo.InvariantCulture)).ToArray()).ToList();
        var accounts = client.Rows("SELECT id, bal FROM acc ORDER BY id");
        client.Must("ROLLBACK");
        var balances = Enumerable.Repeat((long)Initial, Accounts).ToArray();
        foreach (int[] move in journal)
        {
            balances[move[2]] -= move[4];
            balances[move[3]] += move[4];
        }

        if (accounts.Count > 0 || journal.Count > 0)
        {
            Equal("balances against the journal", [.. balances.Select((b, i) => $"{i}|{b}")], accounts);
        }

        var mine = journal.Where(m => m[0] == owner).Select(m => m[1]).ToHashSet();
        if (_doubtful is { } n && mine.Contains(n))
        {
            _acknowledged.Add(n);
        }

        _doubtful = null;
        if (!mine.SetEquals(_acknowledged))
        {
            string lost = string.Join(' ', _acknowledged.Except(mine));
            throw Broken($"moves lost: {lost}; never made: {string.Join(' ', mine.Except(_acknowledged))}");
        }
    }

    protected override void Step(Client client)
    {
        if (Dice.Chance(0.15))
        {
            Recover(client);
            return;
        }

        if (client.Rows("SELECT count(*) FROM acc") is ["0"])
        {
            // Whoever comes first; twice is as good as once.
            client.Run($"INSERT INTO acc VALUES {string.Join(", ", Enumerable.Range(0, Accounts).Select(i => $"({i}, {Initial})"))} "
                + "ON CONFLICT (id) DO NOTHING");
            return;
        }

        int move = _next++;
        int from = Dice.Next(Accounts);
        int to = (from + 1 + Dice.Next(Accounts - 1)) % Accounts;
        int amount = Dice.Between(1, 30);
        string[] statements =
        [
            "BEGIN",
            $"UPDATE acc SET bal = bal - {amount} WHERE id = {from}",
            $"INSERT INTO journal VALUES ({owner}, {move}, {from}, {to}, {amount})",
            $"UPDATE acc SET bal = bal + {amount} WHERE id = {to}",
        ];
        foreach (string sql in statements)
        {
            client.Must(sql);
        }

        _doubtful = move;
        var outcome = client.Run("COMMIT");
        _doubtful = null;
        if (outcome.Succeeded)
        {
            _acknowledged.Add(move);
        }
        else if (outcome.SqlState != "40001")
        {
            throw Broken($"COMMIT fails: {outcome.SqlState} {outcome.Message}");
        }
    }
}
