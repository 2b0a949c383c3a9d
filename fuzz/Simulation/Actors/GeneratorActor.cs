using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Views over generated sources: of a sequence each number once and none left out, of Nexmark's events what is computed over them equals
/// its query over the raw events.
/// </summary>
internal sealed class GeneratorActor(Dice dice, Schema schema) : Actor("generator", dice)
{
    private const string Bids = "SELECT auction, count(*) AS c, max(price) AS m FROM";
    private const string Hot = "SELECT channel, sum(price) AS s, count(DISTINCT bidder) AS d FROM";

    private const string Rests = "SELECT id % 7 AS r, count(*) AS c, sum(v) AS s FROM";

    private static readonly WantedObject[] _wanted =
    [
        WantedObject.Source("gen", "(id bigint, v int) WITH (connector = 'datagen', fields.id.kind = 'sequence', "
            + "fields.id.start = '1', fields.id.end = '3000', datagen.split.num = '2', datagen.rows.per.second = '2000') "
            + "FORMAT PLAIN ENCODE JSON"),
        WantedObject.View("graw", "SELECT id, v FROM gen", null),
        WantedObject.View("gagg", $"{Rests} gen GROUP BY id % 7", $"{Rests} graw GROUP BY id % 7"),
        WantedObject.Source("bid", "(auction bigint, bidder bigint, price bigint, channel varchar) WITH (connector = 'nexmark', "
            + "nexmark.table.type = 'Bid', nexmark.event.num = '4000', nexmark.min.event.gap.in.ns = '500000')"),
        WantedObject.View("bids", "SELECT auction, bidder, price, channel FROM bid", null),
        WantedObject.View("bidc", $"{Bids} bid GROUP BY auction", $"{Bids} bids GROUP BY auction"),
        WantedObject.View("bidh", $"{Hot} bid GROUP BY channel", $"{Hot} bids GROUP BY channel"),
    ];

    private long _seen;

    protected override void Recover(Client client)
    {
        if (!schema.IsPresent("graw"))
        {
            return;
        }

        var row = client.Must("SELECT count(*), count(DISTINCT id), coalesce(sum(id % 2), 0), coalesce(max(id * (id % 2)), 0), "
            + "coalesce(max(id * ((id + 1) % 2)), 0) FROM graw").Rows[0];
        long[] n = [.. row.Select(c => long.Parse(c!, System.Globalization.CultureInfo.InvariantCulture))];
        // Two splits: odd and even numbers.
        if (n[0] != n[1] || n[2] != (n[3] + 1) / 2 || n[0] - n[2] != n[4] / 2)
        {
            throw Broken($"the sequence has gaps or repetitions: {string.Join(' ', n)}");
        }

        if (n[0] < _seen)
        {
            throw Broken($"{n[0]} numbers where {_seen} had been seen");
        }

        _seen = n[0];
    }

    protected override void Step(Client client)
    {
        if (Dice.Chance(0.4) || !WantedObject.MakeNext(_wanted, schema, client))
        {
            Recover(client);
        }
    }
}
