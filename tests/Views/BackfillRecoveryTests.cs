using Vectorized.Engine.Types;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Views;

/// <summary>
/// Databases that end, in order or not, while a view is being built or some changes after, with a checkpoint after nearly every tick: what
/// is acknowledged is there, a view that was not is not, and one that was shows what it showed.
/// </summary>
public sealed class BackfillRecoveryTests(ITestOutputHelper output)
{
    private static readonly string[] _tables =
        ["SELECT * FROM a ORDER BY id", "SELECT * FROM b ORDER BY id", "SELECT * FROM below ORDER BY k"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Databases_ThatEndAroundABuild_ComeBack(int workers)
    {
        int seed = Seeds.Next(output);
        var random = new Random(seed);
        await using var bed = await BackfillBed.Open(workers, seed, isDurable: true);
        int built = 0;
        foreach (var view in BuiltViews.All)
        {
            var creating = await bed.Begin($"CREATE MATERIALIZED VIEW {view.Name} AS {view.Query}");
            // Sometimes so few changes that it is not done, sometimes as many as it takes.
            await bed.Step(creating, random.Next(2) == 0 ? random.Next(12) : int.MaxValue);
            bed.Gate.Close();
            string[] before = await Texts(bed, _tables);
            string? shown = null;
            if (creating.IsCompleted)
            {
                await creating;
                Assert.Null(await bed.Differs(view, "being built"));
                shown = await bed.Text($"SELECT * FROM {view.Name}");
            }

            await bed.Restart(random.Next(3) == 0 ? null : random.Next());
            bed.Gate.Open();
            string[] after = await Texts(bed, _tables);
            Assert.Equal(before.Select(Sorted), after.Select(Sorted));
            if (shown is not null)
            {
                built++;
                Assert.Equal(Sorted(shown), Sorted(await bed.Text($"SELECT * FROM {view.Name}")));
            }
            else if (!await IsAcknowledged(creating))
            {
                // Its record may have been durable by then; else it is built again.
                await bed.Run($"CREATE MATERIALIZED VIEW IF NOT EXISTS {view.Name} AS {view.Query}");
            }

            await bed.Run(bed.Change());
            Assert.Null(await bed.Differs(view, "a restart"));
            await bed.Run($"DROP MATERIALIZED VIEW {view.Name}");
        }

        Assert.InRange(built, 1, BuiltViews.All.Length - 1);
    }

    /// <summary>A resumed view's new structures have the names of those that the last checkpoint holds of it.</summary>
    [Fact]
    public async Task View_ResumedBetweenCheckpoints_ComesBack()
    {
        int seed = Seeds.Next(output);
        await using var bed = await BackfillBed.Open(1, seed, isDurable: true);
        (string Name, string Query) view = (
            "fragile", "SELECT k, sum(10 / (v + 1000)) AS q, count(DISTINCT s) AS d, max(v) AS m FROM a GROUP BY k");
        await bed.Run($"CREATE MATERIALIZED VIEW {view.Name} WITH (on_error = 'fail') AS {view.Query}");
        for (int i = 0; i < 6; i++)
        {
            await bed.Run("INSERT INTO a VALUES (1000000, 1, -1000, 'x')");
            await Assert.ThrowsAsync<SqlException>(() => bed.Run("SELECT * FROM fragile"));
            await bed.Run("DELETE FROM a WHERE id = 1000000");
            await bed.Run($"DELETE FROM a WHERE k % 6 = {i}");
            var resuming = await bed.Begin("RESUME MATERIALIZED VIEW fragile");
            await bed.Step(resuming, i % 2 == 0 ? 3 : int.MaxValue);
            bed.Gate.Open();
            await resuming;
            Assert.Null(await bed.Differs(view, "being resumed"));
            await bed.Run(bed.Change());
            await bed.Restart(i % 3 == 0 ? null : seed + i);
            Assert.Null(await bed.Differs(view, "a restart"));
            await bed.Run(bed.Change());
            Assert.Null(await bed.Differs(view, "a change after a restart"));
        }
    }

    private static async Task<bool> IsAcknowledged(Task creating)
    {
        try
        {
            await creating;
            return true;
        }
        catch (Exception e) when (e is SqlException or IOException)
        {
            return false;
        }
    }

    private static string Sorted(string text) => string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));

    private static async Task<string[]> Texts(BackfillBed bed, string[] queries)
    {
        string[] texts = new string[queries.Length];
        for (int i = 0; i < queries.Length; i++)
        {
            texts[i] = await bed.Text(queries[i]);
        }

        return texts;
    }
}
