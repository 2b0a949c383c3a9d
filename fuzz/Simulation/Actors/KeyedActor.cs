using System.Collections.Immutable;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Writes rows of its own into a table with a key and one without, both shared with others, alone and in transactions over both, and
/// knows what stands in them.
/// </summary>
internal sealed class KeyedActor(int owner, Dice dice) : Actor($"keyed{owner}", dice)
{
    private const int Keys = 24;

    private OwnRows _known = OwnRows.None;

    /// <summary>What will be known if the statement under way happens; null: none is.</summary>
    private OwnRows? _doubtful;

    internal static IReadOnlyList<(string Name, string Sql)> Tables { get; } =
    [
        ("k", "CREATE TABLE k (id int PRIMARY KEY, owner int, v bigint, t varchar)"),
        ("b", "CREATE TABLE b (owner int, n int, note varchar)"),
    ];

    protected override void Recover(Client client)
    {
        client.Must("BEGIN");
        var keyed = client.Rows($"SELECT id, v, t FROM k WHERE owner = {owner} ORDER BY id");
        var bag = client.Rows($"SELECT n, note FROM b WHERE owner = {owner} ORDER BY n, note");
        client.Must("ROLLBACK");
        List<string> found = [.. keyed, .. bag];
        if (_doubtful is { } happened && happened.Lines.SequenceEqual(found))
        {
            _known = happened;
        }

        Equal(_doubtful is null ? "own rows" : "own rows, neither without nor with what was under way", _known.Lines, found);
        _doubtful = null;
    }

    protected override void Step(Client client)
    {
        if (Dice.Chance(0.1))
        {
            Recover(client);
            return;
        }

        if (Dice.Chance(0.65))
        {
            var (sql, after) = Change(_known);
            Attempt(client, after, () => client.Must(sql));
            return;
        }

        client.Must("BEGIN");
        var state = _known;
        for (int more = Dice.Between(1, 4); more > 0; more--)
        {
            var (sql, after) = Change(state);
            client.Must(sql);
            state = after;
        }

        if (Dice.Chance(0.2))
        {
            client.Must("ROLLBACK");
            return;
        }

        // Nobody else touches these keys: there is nothing to lose a race against.
        Attempt(client, state, () => client.Must("COMMIT"));
    }

    private void Attempt(Client client, OwnRows after, Action run)
    {
        _ = client;
        _doubtful = after;
        run();
        _known = after;
        _doubtful = null;
    }

    private (string Sql, OwnRows After) Change(OwnRows rows)
    {
        int key = (owner * Keys) + Dice.Next(Keys);
        int last = Math.Min(key + Dice.Next(6), ((owner + 1) * Keys) - 1);
        int d = Dice.Between(-9, 9);
        switch (Dice.Next(9))
        {
            case 0:
                return ($"DELETE FROM k WHERE id BETWEEN {key} AND {last}", rows.WithoutKeys(key, last));
            case 1:
                return ($"UPDATE k SET v = v + {d}, t = t || 'x' WHERE id BETWEEN {key} AND {last}",
                    rows.WithKeys(key, last, r => (r.V + d, r.T + "x")));
            case 2:
                return ($"INSERT INTO k VALUES ({key}, {owner}, {d}, 'once') ON CONFLICT (id) DO NOTHING", rows.WithNewKey(key, d, "once"));
            case 3:
                return ($"DELETE FROM b WHERE owner = {owner} AND n = {key}", rows.WithoutBag(key));
            case 4:
                return ($"UPDATE b SET note = 'changed' WHERE owner = {owner} AND n <= {key}", rows.WithNotes(key, "changed"));
            case 5 or 6:
                string note = $"a note of {Name} that is longer than a view {d}";
                return ($"INSERT INTO b VALUES ({owner}, {key}, '{note}'), ({owner}, {key}, '{note}'), ({owner}, {last}, '')",
                    rows.WithBag(key, note).WithBag(key, note).WithBag(last, ""));
            default:
                var (values, after) = (new List<string>(), rows);
                for (int id = key; id <= last; id++)
                {
                    values.Add($"({id}, {owner}, {d + id}, 'row {id}')");
                    after = after.WithKey(id, d + id, $"row {id}");
                }

                return ($"INSERT INTO k VALUES {string.Join(", ", values)}", after);
        }
    }

    /// <summary>Rows of one owner. A value.</summary>
    private sealed record OwnRows(
        ImmutableSortedDictionary<int, (long V, string T)> Keyed, ImmutableList<(int N, string Note)> Bag)
    {
        internal static OwnRows None { get; } = new(ImmutableSortedDictionary<int, (long, string)>.Empty, []);

        internal List<string> Lines =>
        [
            .. Keyed.Select(r => $"{r.Key}|{r.Value.V}|{r.Value.T}"),
            .. Bag.OrderBy(r => r.N).ThenBy(r => r.Note, StringComparer.Ordinal).Select(r => $"{r.N}|{r.Note}"),
        ];

        internal OwnRows WithKey(int id, long v, string t) => this with { Keyed = Keyed.SetItem(id, (v, t)) };

        internal OwnRows WithNewKey(int id, long v, string t) => Keyed.ContainsKey(id) ? this : WithKey(id, v, t);

        internal OwnRows WithoutKeys(int first, int last) =>
            this with { Keyed = Keyed.RemoveRange(Keyed.Keys.Where(k => k >= first && k <= last)) };

        internal OwnRows WithKeys(int first, int last, Func<(long V, string T), (long, string)> change) =>
            this with
            {
                Keyed = Keyed.SetItems(Keyed.Where(r => r.Key >= first && r.Key <= last)
                .Select(r => KeyValuePair.Create(r.Key, change(r.Value))).ToList())
            };

        internal OwnRows WithBag(int n, string note) => this with { Bag = Bag.Add((n, note)) };

        internal OwnRows WithoutBag(int n) => this with { Bag = Bag.RemoveAll(r => r.N == n) };

        internal OwnRows WithNotes(int last, string note) =>
            this with { Bag = [.. Bag.Select(r => r.N <= last ? (r.N, note) : r)] };
    }
}
