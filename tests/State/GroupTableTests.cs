using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

[Collection("alone")]
public sealed class GroupTableTests
{
    private static readonly Dictionary<string, SqlType[]> _keys = new()
    {
        ["none"] = [],
        ["integer"] = [SqlType.Int64],
        ["small integer"] = [SqlType.Int16],
        ["two integers"] = [SqlType.Int64, SqlType.Int64],
        ["narrow"] = [SqlType.Int16, SqlType.Date, SqlType.Boolean],
        ["text"] = [SqlType.Varchar],
        ["every type"] = RandomRows.AllTypes,
    };

    public static TheoryData<string, ulong, int, int> Histories
    {
        get
        {
            var data = new TheoryData<string, ulong, int, int>();
            foreach (string name in _keys.Keys)
            {
                data.Add(name, 31, 4, 20);
                data.Add(name, 32, 400, 300);
                data.Add(name, 33, 20_000, 4000);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void RandomHistory_GroupsAndWhatATickTouched_EqualTheModel(string name, ulong seed, int domain, int rowsMax)
    {
        var types = _keys[name];
        int[] columns = [.. Enumerable.Range(0, types.Length)];
        var random = new SeededRandom(seed);
        long bytesBefore = BlockPool.LiveBytes;
        using (var context = StateContext.Private())
        {
            // A count and a 16-byte sum.
            using var table = new GroupTable(new GroupTableSpec("g", types, [8, 16], seed), context);
            var model = new Dictionary<string, (long Count, Int128 Sum)>();
            for (int tick = 0; tick < 30; tick++)
            {
                var before = new Dictionary<string, (long Count, Int128 Sum)>(model);
                var touched = new HashSet<string>();
                for (int part = 0; part < 2; part++)
                {
                    var rows = new List<(Datum[] Row, long Weight)>();
                    for (int i = (int)random.Next(rowsMax + 1); i > 0; i--)
                    {
                        var row = RandomRows.Row(types, random, domain, 9);
                        string key = RandomRows.Text(row);
                        var old = model.GetValueOrDefault(key);
                        long weight = old.Count > 0 && random.Next(2) == 0 ? -1 - random.Next(old.Count) : 1 + random.Next(2);
                        rows.Add((row, weight));
                        touched.Add(key);
                        model[key] = (old.Count + weight, old.Sum + (weight * 3));
                        if (old.Count + weight == 0)
                        {
                            model.Remove(key);
                        }
                    }

                    Push(table, types, columns, rows, seed, random);
                }

                CheckTouched(table, columns, touched, before, model);
                table.EndTick();
                context.EndTick();
                Assert.Equal(model.Count, table.GroupCount);
                CheckAll(table, columns, model);
            }
        }

        Assert.Equal(bytesBefore, BlockPool.LiveBytes);
    }

    private static void Push(
        GroupTable table, SqlType[] types, int[] columns, List<(Datum[] Row, long Weight)> rows, ulong seed, SeededRandom random)
    {
        using var owned = RandomRows.Build(types, rows);
        RandomRows.Encode(owned, random);
        var batch = owned.Batch;
        int[] groups = new int[batch.RowCount];
        table.FindOrInsert(batch, columns, RandomRows.Hash(batch, columns, seed), groups);
        var counts = table.Current<long>(0);
        var sums = table.Current<Int128>(1);
        for (int i = 0; i < groups.Length; i++)
        {
            counts[groups[i]] += batch.Weight(i);
            sums[groups[i]] += batch.Weight(i) * 3;
        }

        // Emptied groups go at once here, though later batches of the tick may fill them again.
        foreach (int group in groups.Distinct())
        {
            if (counts[group] == 0)
            {
                table.Remove(group);
            }
        }
    }

    private static void CheckTouched(
        GroupTable table, int[] columns, HashSet<string> touched, Dictionary<string, (long Count, Int128 Sum)> before,
        Dictionary<string, (long Count, Int128 Sum)> after)
    {
        var keys = Keys(table, columns, table.Touched);
        Assert.Equal(touched.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        var oldCounts = table.Old<long>(0);
        var oldSums = table.Old<Int128>(1);
        var counts = table.Current<long>(0);
        var sums = table.Current<Int128>(1);
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(!before.ContainsKey(keys[i]), table.WasAbsent(i));
            Assert.Equal(before.GetValueOrDefault(keys[i]), (oldCounts[i], oldSums[i]));
            Assert.Equal(after.GetValueOrDefault(keys[i]), (counts[table.Touched[i]], sums[table.Touched[i]]));
            Assert.Equal(after.ContainsKey(keys[i]), table.Exists(table.Touched[i]));
        }
    }

    private static void CheckAll(GroupTable table, int[] columns, Dictionary<string, (long Count, Int128 Sum)> model)
    {
        int[] groups = [.. Enumerable.Range(0, table.GroupNumbersEnd).Where(table.Exists)];
        var counts = table.Current<long>(0);
        var sums = table.Current<Int128>(1);
        string[] keys = Keys(table, columns, groups);
        Assert.Equal(model.Count, groups.Length);
        for (int i = 0; i < groups.Length; i++)
        {
            Assert.Equal(model[keys[i]], (counts[groups[i]], sums[groups[i]]));
        }
    }

    private static string[] Keys(GroupTable table, int[] columns, ReadOnlySpan<int> groups)
    {
        using var arena = new Arena();
        var vectors = new List<Vector>();
        foreach (int column in columns)
        {
            vectors.Add(table.GatherKey(column, groups, arena));
        }

        string[] keys = new string[groups.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = RandomRows.Text(vectors.Select(v => Datum.FromVector(v, i)));
        }

        return keys;
    }
}
