using System.Globalization;

namespace Vectorized.Tests.Transactions;

/// <summary>A generated statement: its text, and what it does to a block of the model.</summary>
internal sealed record DmlStatement(string Sql, Func<DmlModel, ModelBlock, ModelResult> Run);

/// <summary>
/// Random statements over the model's tables, few keys and values so that they meet. <paramref name="forPostgres"/> leaves out
/// what PostgreSQL does otherwise: INSERT over an existing key, UPDATEs whose keys pass over each other.
/// </summary>
internal sealed class DmlStatements(Random random, bool forPostgres)
{
    private const int Keys = 12;

    internal DmlStatement Next() => random.Next(forPostgres ? 17 : 20) switch
    {
        0 or 1 => UpdateByKey(),
        2 => UpdateByPredicate(),
        3 => UpdateFromSubquery(),
        4 => DeleteByKey(),
        5 => DeleteByPredicate(),
        6 => InsertNothing(),
        7 => InsertUpdate(),
        8 => InsertBag(),
        9 => ChangeBag(),
        10 => DeleteBag(),
        11 => InsertNull(),
        12 => SelectByKey(),
        13 => SelectByValue(),
        14 => Select("SELECT k, x, s FROM t", (_, b) => b.Keyed.Rows.Values.Select(r => r.Text)),
        15 => Select("SELECT a, b FROM u", (_, b) => b.Bag.Rows.Values.Select(r => r.BagText)),
        16 => Join(),
        17 => InsertOver(),
        18 => MoveKeys(),
        _ => InsertSelect(),
    };

    private int Key => random.Next(Keys);

    private int? Value => random.Next(8) == 0 ? null : random.Next(6);

    private static string Text(int? value) => value is { } v ? v.ToString(CultureInfo.InvariantCulture) : "NULL";

    private List<(int K, int? X)> Pairs() => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Key, Value))];

    private static string Values(IEnumerable<(int K, int? X)> pairs) =>
        string.Join(", ", pairs.Select(p => $"({p.K}, {Text(p.X)}, 'i')"));

    private static DmlStatement Select(string sql, Func<DmlModel, ModelBlock, IEnumerable<string>> rows) => new(
        sql,
        (model, block) =>
        {
            var lines = rows(model, block).ToList();
            return ModelResult.Done($"SELECT {lines.Count}", lines);
        });

    private static ModelResult Change(
        ModelBlock block, bool isBag, string verb, Func<ModelRow, bool> where, Func<ModelRow, ModelRow?> change, bool returning = false)
    {
        var rows = (isBag ? block.Bag : block.Keyed).Rows.Values.Where(where).ToList();
        var shown = new List<string>();
        foreach (var row in rows)
        {
            var after = change(row);
            block.Write(isBag, row.K, after);
            shown.Add((after ?? row).Text);
        }

        return ModelResult.Done($"{verb} {rows.Count}", returning ? shown : null);
    }

    private DmlStatement UpdateByKey()
    {
        int key = Key;
        int d = random.Next(-3, 4);
        return new(
            $"UPDATE t SET x = x + {d} WHERE k = {key} RETURNING k, x, s",
            (_, b) => Change(b, false, "UPDATE", r => r.K == key, r => r with { X = r.X + d }, returning: true));
    }

    private DmlStatement UpdateByPredicate()
    {
        int rest = random.Next(3);
        return new(
            $"UPDATE t SET x = x + 1, s = left(s || 'u', 6) WHERE x % 3 = {rest}",
            (_, b) => Change(
                b, false, "UPDATE", r => r.X is { } x && x % 3 == rest, r => r with { X = r.X + 1, S = Left(r.S, "u") }));
    }

    private static string? Left(string? s, string add) => s is null ? null : (s + add)[..Math.Min(6, s.Length + add.Length)];

    private DmlStatement UpdateFromSubquery()
    {
        int key = Key;
        return new(
            $"UPDATE t SET x = (SELECT max(b) FROM u WHERE u.a = t.k) WHERE k < {key}",
            (_, b) => Change(
                b, false, "UPDATE", r => r.K < key,
                r => r with { X = b.Bag.Rows.Values.Where(u => u.X == r.K).Max(u => Number(u.S)) }));
    }

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private DmlStatement DeleteByKey()
    {
        int key = Key;
        return new(
            $"DELETE FROM t WHERE k = {key} RETURNING k, x, s",
            (_, b) => Change(b, false, "DELETE", r => r.K == key, _ => null, returning: true));
    }

    private DmlStatement DeleteByPredicate()
    {
        int x = random.Next(6);
        return new($"DELETE FROM t WHERE x = {x}", (_, b) => Change(b, false, "DELETE", r => r.X == x, _ => null));
    }

    private DmlStatement InsertNothing()
    {
        var pairs = Pairs();
        return new($"INSERT INTO t VALUES {Values(pairs)} ON CONFLICT DO NOTHING RETURNING k, x, s", (model, b) =>
        {
            var shown = new List<string>();
            var given = model.Bug == ModelBug.DoNothingKeepsLast ? Enumerable.Reverse(pairs) : pairs;
            foreach (var (k, x) in given)
            {
                if (!b.Keyed.Rows.ContainsKey(k))
                {
                    var row = new ModelRow(k, x, "i");
                    b.Write(false, k, row);
                    shown.Add(row.Text);
                }
            }

            return ModelResult.Done($"INSERT 0 {shown.Count}", shown);
        });
    }

    private DmlStatement InsertUpdate()
    {
        var pairs = Pairs();
        int limit = random.Next(8);
        string sql = $"INSERT INTO t VALUES {Values(pairs)} ON CONFLICT (k) DO UPDATE SET x = coalesce(t.x, 0) + excluded.x"
            + $" WHERE t.x < {limit} RETURNING k, x, s";
        return new(sql, (_, b) =>
        {
            var shown = new List<string>();
            var touched = new HashSet<int>();
            var written = new List<ModelRow>();
            var now = new SortedDictionary<long, ModelRow>(b.Keyed.Rows);
            foreach (var (k, x) in pairs)
            {
                if (!now.TryGetValue(k, out var old))
                {
                    written.Add(new ModelRow(k, x, "i"));
                }
                else if (touched.Contains(k))
                {
                    return ModelResult.Error("21000");
                }
                else if (old.X is { } before && before < limit)
                {
                    written.Add(old with { X = before + x });
                }
                else
                {
                    continue;
                }

                touched.Add(k);
                now[k] = written[^1];
                shown.Add(written[^1].Text);
            }

            written.ForEach(r => b.Write(false, r.K, r));
            return ModelResult.Done($"INSERT 0 {shown.Count}", shown);
        });
    }

    private DmlStatement InsertBag()
    {
        int a = Key;
        int b = random.Next(5);
        return new($"INSERT INTO u VALUES ({a}, {b}), ({a + 1}, {b})", (model, block) =>
        {
            for (int i = 0; i < 2; i++)
            {
                long id = model.NewBagId();
                block.Write(true, id, new ModelRow(id, a + i, b.ToString(CultureInfo.InvariantCulture)));
            }

            return ModelResult.Done("INSERT 0 2");
        });
    }

    private DmlStatement ChangeBag()
    {
        int a = Key;
        return new(
            $"UPDATE u SET b = (b + 1) % 7 WHERE a = {a}",
            (_, b) => Change(
                b, true, "UPDATE", r => r.X == a,
                r => r with { S = ((Number(r.S)!.Value + 1) % 7).ToString(CultureInfo.InvariantCulture) }));
    }

    private DmlStatement DeleteBag()
    {
        int a = Key;
        return new($"DELETE FROM u WHERE a = {a}", (_, b) => Change(b, true, "DELETE", r => r.X == a, _ => null));
    }

    private DmlStatement InsertNull()
    {
        var pairs = Pairs();
        return random.Next(4) != 0
            ? SelectByKey()
            : new($"INSERT INTO t VALUES {Values(pairs)}, (NULL, 0, 'n') ON CONFLICT DO NOTHING", (_, _) => ModelResult.Error("23502"));
    }

    private DmlStatement SelectByKey()
    {
        int key = Key;
        return Select(
            $"SELECT k, x, s FROM t WHERE k = {key}", (_, b) => b.Keyed.Rows.Values.Where(r => r.K == key).Select(r => r.Text));
    }

    private DmlStatement SelectByValue()
    {
        int x = random.Next(6);
        return Select($"SELECT k, x, s FROM t WHERE x = {x}", (_, b) => b.Keyed.Rows.Values.Where(r => r.X == x).Select(r => r.Text));
    }

    private static DmlStatement Join() => Select(
        "SELECT k, count(*), sum(b) FROM t JOIN u ON u.a = t.k GROUP BY k",
        (_, b) => b.Keyed.Rows.Values
            .Select(r => (r.K, Rows: b.Bag.Rows.Values.Where(u => u.X == r.K).ToList()))
            .Where(g => g.Rows.Count > 0)
            .Select(g => $"{g.K} {g.Rows.Count} {g.Rows.Sum(u => Number(u.S))}"));

    /// <summary>Over existing keys: the table's behaviour, the last row of a key wins.</summary>
    private DmlStatement InsertOver()
    {
        var pairs = Pairs();
        return new($"INSERT INTO t VALUES {Values(pairs)} RETURNING k, x, s", (_, b) =>
        {
            pairs.ForEach(p => b.Write(false, p.K, new ModelRow(p.K, p.X, "i")));
            return ModelResult.Done($"INSERT 0 {pairs.Count}", pairs.Select(p => new ModelRow(p.K, p.X, "i").Text));
        });
    }

    private DmlStatement MoveKeys()
    {
        int x = random.Next(6);
        int d = random.Next(1, 3);
        return new($"UPDATE t SET k = (k + {d}) % {Keys} WHERE x <= {x}", (_, b) =>
        {
            var moved = b.Keyed.Rows.Values.Where(r => r.X <= x).ToList();
            var stay = b.Keyed.Rows.Keys.Except(moved.Select(r => r.K)).ToHashSet();
            if (moved.Exists(r => stay.Contains((r.K + d) % Keys)))
            {
                return ModelResult.Error("23505");
            }

            moved.ForEach(r => b.Write(false, r.K, null));
            moved.ForEach(r => b.Write(false, (r.K + d) % Keys, r with { K = (r.K + d) % Keys }));
            return ModelResult.Done($"UPDATE {moved.Count}");
        });
    }

    private DmlStatement InsertSelect()
    {
        int rest = random.Next(2);
        return new($"INSERT INTO t SELECT k + 1, x, 's' FROM t WHERE k % 2 = {rest} AND k < {Keys - 1}", (model, b) =>
        {
            var source = b.Keyed.Rows.Values.Where(r => r.K % 2 == rest && r.K < Keys - 1).ToList();
            if (model.Bug == ModelBug.SeesOwnRows)
            {
                source.AddRange([.. source.Select(r => r with { K = r.K + 2 }).Where(r => r.K < Keys - 1)]);
            }

            source.ForEach(r => b.Write(false, r.K + 1, new ModelRow(r.K + 1, r.X, "s")));
            return ModelResult.Done($"INSERT 0 {source.Count}");
        });
    }
}
