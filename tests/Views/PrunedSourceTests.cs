using System.Globalization;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Views that read different columns of sources come and go while rows arrive. Columns nobody reads are left out by the reader;
/// each view is its query over all rows all the same: late rows, generated columns and rows decoded before the view came included.
/// </summary>
public sealed class PrunedSourceTests(ITestOutputHelper output)
{
    private const int Operations = 60;
    private const long WatermarkDelay = 5_000_000;

    private static readonly (string Query, Func<IEnumerable<long>, IEnumerable<string>> Rows)[] _views =
    [
        ("SELECT a FROM s", rows => rows.Select(p => $"{AheadSource.Row(p).A}")),
        ("SELECT b, c FROM s", rows => rows.Select(p => $"{AheadSource.Row(p).B}|{AheadSource.Row(p).C}")),
        ("SELECT c, d FROM s", rows => rows.Select(p => $"{AheadSource.Row(p).C}|{AheadSource.Row(p).D}")),
        ("SELECT c, count(*) FROM s GROUP BY c", rows => rows.GroupBy(p => AheadSource.Row(p).C).Select(g => $"{g.Key}|{g.Count()}")),
        ("SELECT count(*) FROM s", rows => [rows.Count().ToString(CultureInfo.InvariantCulture)]),
        ("SELECT a + d FROM s WHERE b > 5", rows =>
            rows.Select(AheadSource.Row).Where(r => r.B > 5).Select(r => $"{r.A + r.D}")),
        ("SELECT extract(epoch from t)::bigint FROM s", rows => rows.Select(p => $"{AheadSource.Row(p).T / 1_000_000}")),
        ("SELECT g, a FROM s", rows => rows.Select(AheadSource.Row).Select(r => $"{(r.D * 2) + r.B}|{r.A}")),
    ];

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Views_OverSomeOfTheColumns_AreTheirQueries(int workers, bool hasWatermark)
    {
        int seed = Seeds.Next(output);
        var source = new AheadSource();
        Assert.Null(await Run(source, workers, hasWatermark, seed, hook: null));
        output.WriteLine($"{source.AbsentValues} values left out, {source.Opened} readers");
        Assert.True(source.AbsentValues > 100, $"{source.AbsentValues} values were left out");
    }

    [Theory]
    [InlineData("a column is not wanted")]
    [InlineData("what is decoded already is taken")]
    public async Task Mutant_InWhatIsWanted_IsNoticed(string bug)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < 10; i++)
        {
            if (await Run(new AheadSource(), 1, hasWatermark: false, seed + i, new Forgets(bug)) is not null)
            {
                return;
            }
        }

        Assert.Fail($"\"{bug}\" went unnoticed");
    }

    /// <summary>The first difference, or null.</summary>
    private static async Task<string?> Run(AheadSource source, int workers, bool hasWatermark, int seed, DataflowHook? hook)
    {
        var random = new Random(seed);
        var connectors = new SourceConnectors().AddBuiltin();
        connectors.Add(source);
        await using var database = Database.Open(
            new DatabaseOptions { HashSeed = 42, Workers = workers, BuildRows = 16, Hook = hook }, Host.System, connectors);
        using var session = database.Connect("root", "dev");
        string columns = AheadSource.Columns.TrimEnd(')') + ", g bigint GENERATED ALWAYS AS (d * 2 + b)"
            + (hasWatermark ? ", WATERMARK FOR t AS t - INTERVAL '5' SECOND)" : ")");
        await Execute($"CREATE SOURCE s {columns} WITH (connector = 'ahead') FORMAT PLAIN ENCODE JSON");
        var live = new SortedDictionary<int, string>();
        for (int i = 0; i < Operations; i++)
        {
            int view = random.Next(_views.Length);
            int action = random.Next(3);
            if (action == 0 || live.Count == 0)
            {
                if (live.TryAdd(view, $"v{i}"))
                {
                    await Execute($"CREATE MATERIALIZED VIEW v{i} AS {_views[view].Query}");
                }
            }
            else if (action == 1)
            {
                source.Give(random.Next(1, 30));
            }
            else if (live.Remove(view, out string? name))
            {
                await Execute($"DROP MATERIALIZED VIEW {name}");
            }

            foreach (var (index, name) in random.Next(4) == 0 ? live : [])
            {
                if (await Differs(name, index) is { } difference)
                {
                    return $"operation {i}, {_views[index].Query}: {difference}";
                }
            }
        }

        return null;

        async Task Execute(string sql) => await ResultTable.Run(session, sql, CancellationToken.None);

        async Task<string?> Differs(string name, int view)
        {
            string[] expected = [.. _views[view].Rows(Accepted(source.Deliverable, hasWatermark)).Order(StringComparer.Ordinal)];
            long ends = Host.System.Clock.MonotonicNanos + (hook is null ? 30_000_000_000 : 500_000_000);
            while (true)
            {
                try
                {
                    var result = await ResultTable.Run(session, $"SELECT * FROM {name}", CancellationToken.None);
                    string[] found = [.. result.Rows.Select(r => string.Join('|', r)).Order(StringComparer.Ordinal)];
                    if (found.SequenceEqual(expected))
                    {
                        return null;
                    }

                    if (Host.System.Clock.MonotonicNanos > ends)
                    {
                        return $"{found.Length} rows, not the {expected.Length} expected";
                    }
                }
                catch (SqlException e)
                {
                    return e.Message;
                }

                await Host.System.Clock.Delay(TimeSpan.FromMilliseconds(2));
            }
        }
    }

    /// <summary>The rows that are not late when they arrive.</summary>
    private static List<long> Accepted(long given, bool hasWatermark)
    {
        var rows = new List<long>();
        long watermark = long.MinValue;
        for (long position = 0; position < given; position++)
        {
            long time = AheadSource.Row(position).T;
            if (!hasWatermark || time >= watermark)
            {
                rows.Add(position);
                watermark = Math.Max(watermark, time - WatermarkDelay);
            }
        }

        return rows;
    }

    private sealed class Forgets(string bug) : DataflowHook
    {
        internal override bool ReadsAgain => bug != "what is decoded already is taken";

        internal override WantedColumns Wanted(WantedColumns columns) => bug != "a column is not wanted" ? columns
            : WantedColumns.Of([.. Enumerable.Range(0, 5).Select(i => i != 2 && columns[i])]);
    }
}
