using System.Globalization;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Leaves marks that nobody takes away, each once: what was acknowledged before a read began is in it, by whatever server, and nothing
/// that was never tried. It stays with a server that sleeps, too, and writes on there when it wakes: what that one acknowledges must be
/// with its successor.
/// </summary>
internal sealed class MarkActor(Dice dice, Marks marks) : Actor("marks", dice)
{
    internal static IReadOnlyList<(string Name, string Sql)> Tables { get; } =
    [
        ("marks", "CREATE TABLE marks (n int PRIMARY KEY)"),
        ("marked", "CREATE MATERIALIZED VIEW marked AS SELECT count(*) AS c, sum(n) AS s FROM marks"),
    ];

    protected override bool Outlives => true;

    protected override void Recover(Client client)
    {
        if (client.Life.IsSuperseded)
        {
            return;
        }

        var acknowledged = marks.Acknowledged.ToList();
        var found = client.Rows("SELECT n FROM marks").Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToHashSet();
        if (client.Life.IsSuperseded)
        {
            // What this one shows may be of before its sleep.
            return;
        }

        if (acknowledged.Where(n => !found.Contains(n)).Order().ToList() is [_, ..] lost)
        {
            throw Broken($"marks {string.Join(", ", lost)} were acknowledged and are gone");
        }

        if (found.Where(n => n > marks.Tried).Order().ToList() is [_, ..] wrong)
        {
            throw Broken($"marks {string.Join(", ", wrong)} were never tried");
        }
    }

    protected override void Step(Client client)
    {
        if (!client.Life.IsSuperseded && Dice.Chance(0.2))
        {
            Recover(client);
            return;
        }

        int mark = ++marks.Tried;
        client.Must(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO marks VALUES ({mark})"));
        marks.Acknowledged.Add(mark);
    }
}

/// <summary>What all servers together were asked for and have acknowledged.</summary>
internal sealed class Marks
{
    /// <summary>The last one that was sent.</summary>
    internal int Tried { get; set; }

    internal List<int> Acknowledged { get; } = [];
}
