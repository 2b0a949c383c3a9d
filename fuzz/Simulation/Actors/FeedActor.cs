using System.Globalization;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Reads what came out of files: of each file the good lines of a prefix, each once, in the view over the source and in the table that a
/// connector feeds; as many rows in the error relation as that prefix has broken lines; never fewer than before.
/// </summary>
internal sealed class FeedActor(Dice dice, Schema schema, FeedFiles files) : Actor("feed", dice)
{
    private const string Options = "(f int, n int, w varchar) WITH (connector = 'posix_fs', posix_fs.root = '/feed') "
        + "FORMAT PLAIN ENCODE JSON";

    private const string Totals = "SELECT f, count(*) AS c, sum(n) AS s, max(w) AS m FROM";

    private static readonly WantedObject[] _wanted =
    [
        WantedObject.Source("fsrc", Options),
        WantedObject.View("fraw", "SELECT f, n, w, proctime() AS p FROM fsrc", null),
        WantedObject.View("fagg", $"{Totals} fsrc GROUP BY f", $"{Totals} fraw GROUP BY f"),
        WantedObject.View("fviews", $"{Totals} fraw GROUP BY f", $"{Totals} fraw GROUP BY f"),
        WantedObject.Table("ftab", Options),
        WantedObject.View("ftabc", $"{Totals} ftab GROUP BY f", $"{Totals} ftab GROUP BY f"),
    ];

    private readonly Dictionary<string, int[]> _seen = [];
    private readonly Dictionary<string, string> _times = new(StringComparer.Ordinal);

    protected override void Recover(Client client)
    {
        foreach (var (relation, errors) in Relations())
        {
            Check(client, relation, errors);
        }

        CheckTimes(client);
    }

    protected override void Step(Client client)
    {
        if (!Dice.Chance(0.3) || !WantedObject.MakeNext(_wanted, schema, client))
        {
            Recover(client);
        }
    }

    protected override void Finish(Client client)
    {
        for (int waits = 0; waits < 200 && files.IsComplete && !IsCaughtUp(client);)
        {
            client.Life.Sleep(100_000_000);
            // Nothing is read before the state is loaded.
            waits += client.Life.IsLoading ? 0 : 1;
        }

        Recover(client);
        if (files.IsComplete && !IsCaughtUp(client))
        {
            var read = client.Rows("SELECT f, count(*), max(n) FROM fraw GROUP BY f");
            throw Broken($"files are not read to their end: {string.Join(", ", read)}");
        }
    }

    private IEnumerable<(string Relation, string Errors)> Relations()
    {
        if (schema.IsPresent("fraw"))
        {
            yield return ("fraw", "fsrc$errors");
        }

        if (schema.IsPresent("ftab"))
        {
            yield return ("ftab", "ftab$errors");
        }
    }

    private bool IsCaughtUp(Client client) => Relations().All(r =>
        client.Rows($"SELECT count(*) FROM {r.Relation}")[0] == Text(Enumerable.Range(0, files.FileCount).Sum(files.GoodLines))
        && client.Rows($"SELECT count(*) FROM \"{r.Errors}\"")[0] == Text(files.BadLines));

    private void Check(Client client, string relation, string errors)
    {
        client.Must("BEGIN");
        var rows = client.Must($"SELECT f, n FROM {relation}").Rows;
        int refused = int.Parse(client.Rows($"SELECT count(*) FROM \"{errors}\"")[0], CultureInfo.InvariantCulture);
        client.Must("ROLLBACK");
        int refusedMin = 0;
        int refusedMax = 0;
        var seen = _seen.GetValueOrDefault(relation) ?? new int[files.FileCount];
        for (int file = 0; file < files.FileCount; file++)
        {
            var found = rows.Where(r => r[0] == Text(file)).Select(r => int.Parse(r[1]!, CultureInfo.InvariantCulture)).Order().ToList();
            var lines = files.LinesOf(file);
            var wanted = Enumerable.Range(1, lines.Count).Where(n => lines[n - 1]).Take(found.Count).ToList();
            if (!found.SequenceEqual(wanted))
            {
                throw Broken($"{relation}, file {file}: not a prefix of its good lines: found {string.Join(' ', found)}");
            }

            if (found.Count < seen[file])
            {
                throw Broken($"{relation}, file {file}: {found.Count} rows where {seen[file]} had been seen");
            }

            seen[file] = found.Count;
            int last = found.Count == 0 ? 0 : found[^1];
            refusedMin += lines.Take(last).Count(good => !good);
            refusedMax += lines.Take(last).Count(good => !good) + lines.Skip(last).TakeWhile(good => !good).Count();
        }

        _seen[relation] = seen;
        if (refused < refusedMin || refused > refusedMax)
        {
            throw Broken($"{errors} has {refused} rows where {refusedMin} to {refusedMax} lines were refused");
        }
    }

    /// <summary>When a row came stays what it was.</summary>
    private void CheckTimes(Client client)
    {
        if (!schema.IsPresent("fraw"))
        {
            return;
        }

        foreach (string?[] row in client.Must("SELECT f, n, p FROM fraw").Rows)
        {
            string place = $"{row[0]}/{row[1]}";
            if (_times.TryGetValue(place, out string? before) && before != row[2])
            {
                throw Broken($"line {place} came at {before} and now came at {row[2]}");
            }

            _times[place] = row[2]!;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
