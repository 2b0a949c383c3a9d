using System.Globalization;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Counts on: 1, 2, 3... And reads how far all have counted, in the table and in a view over it: never less than it has read before,
/// in whatever life of the server, never less than was acknowledged to anyone when it asked, no gaps, table and view alike.
/// </summary>
internal sealed class SequenceActor(int writer, Dice dice, SequenceProgress progress) : Actor($"sequence{writer}", dice)
{
    private readonly Dictionary<int, int> _seen = [];

    internal static IReadOnlyList<(string Name, string Sql)> Tables { get; } =
    [
        ("seq", "CREATE TABLE seq (w int, n int)"),
        ("counted", "CREATE MATERIALIZED VIEW counted AS SELECT w, count(*) AS c, max(n) AS m FROM seq GROUP BY w"),
    ];

    protected override void Recover(Client client) => Read(client);

    protected override void Step(Client client)
    {
        if (Dice.Chance(0.3))
        {
            Read(client);
            return;
        }

        int next = progress.Issued.GetValueOrDefault(writer) + 1;
        if (progress.Issued.GetValueOrDefault(writer) != progress.Acknowledged.GetValueOrDefault(writer))
        {
            // Under way at a death: it may be there.
            string at = client.Rows($"SELECT coalesce(max(n), 0) FROM seq WHERE w = {writer}")[0];
            progress.Issued[writer] = progress.Acknowledged[writer] = int.Parse(at, CultureInfo.InvariantCulture);
            return;
        }

        progress.Issued[writer] = next;
        client.Must($"INSERT INTO seq VALUES ({writer}, {next})");
        progress.Acknowledged[writer] = next;
    }

    private void Read(Client client)
    {
        var acknowledged = new Dictionary<int, int>(progress.Acknowledged);
        bool fromView = Dice.Chance(0.5);
        var rows = client.Must(fromView ? "SELECT w, c, m FROM counted" : "SELECT w, count(*), max(n) FROM seq GROUP BY w").Rows
            .Select(r => r.Select(c => int.Parse(c!, CultureInfo.InvariantCulture)).ToArray()).ToDictionary(r => r[0]);
        foreach (var (w, n) in acknowledged.Concat(_seen))
        {
            int there = rows.TryGetValue(w, out int[]? row) ? row[2] : 0;
            if (there < n)
            {
                throw Broken($"time went back: writer {w} stands at {there} and stood at {n} ({(fromView ? "view" : "table")})");
            }
        }

        foreach (var (w, row) in rows)
        {
            if (row[1] != row[2] || row[2] > progress.Issued.GetValueOrDefault(w))
            {
                throw Broken($"writer {w}: {row[1]} rows up to {row[2]}, issued {progress.Issued.GetValueOrDefault(w)}");
            }

            _seen[w] = row[2];
        }
    }
}

/// <summary>How far each writer has counted: what it has sent, what it was told to be there.</summary>
internal sealed class SequenceProgress
{
    internal Dictionary<int, int> Issued { get; } = [];

    internal Dictionary<int, int> Acknowledged { get; } = [];
}
