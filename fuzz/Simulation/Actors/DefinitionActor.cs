using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// Makes and drops tables, views on tables and on views (over state that is there already, and changes while they are built), indexes,
/// sinks into tables; adds columns; writes into what it made. The names of one actor begin alike; it reads shared tables too.
/// </summary>
internal sealed class DefinitionActor(int number, Dice dice, Schema schema) : Actor($"definer{number}", dice)
{
    private const int ObjectsMax = 9;

    private static readonly string[] _shared =
    [
        "(SELECT id AS k, owner AS g, v FROM k)", "(SELECT n AS k, owner AS g, n::bigint AS v FROM b)",
        "(SELECT n AS k, w AS g, n::bigint AS v FROM seq)", "(SELECT id AS k, id % 2 AS g, bal AS v FROM acc)",
    ];

    private readonly HashSet<string> _columns = [];
    private int _next;

    protected override void Recover(Client client)
    {
    }

    protected override void Step(Client client)
    {
        var mine = schema.Present.Where(o => o.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        var tables = mine.Where(o => o.Kind == "TABLE" && !schema.IsMirror(o.Name)).ToList();
        if (tables.Count == 0 || (mine.Count < ObjectsMax && Dice.Chance(0.12)))
        {
            string name = Name("t");
            Made(schema.Create(client, "TABLE", name, $"CREATE TABLE {name} (k int PRIMARY KEY, g int, v bigint)"));
            return;
        }

        var table = Dice.Pick(tables);
        int roll = Dice.Next(100);
        if (roll < 45)
        {
            Write(client, table.Name);
        }
        else if (roll < 75 && mine.Count < ObjectsMax)
        {
            Make(client, table, mine);
        }
        else if (roll < 82 && _columns.Count < 3)
        {
            // Whether it came through before a death does not matter: the name is not used again.
            string column = $"c{_next++}";
            Made(client.Define($"ALTER TABLE {table.Name} ADD COLUMN {column} int DEFAULT {Dice.Next(5)}"));
            _columns.Add(column);
        }
        else
        {
            Drop(client, Dice.Pick(mine));
        }
    }

    private string Prefix => $"d{number}_";

    private new string Name(string kind) => $"{Prefix}{kind}{_next++}";

    private void Write(Client client, string table)
    {
        int k = Dice.Next(30);
        var rows = Enumerable.Range(k, Dice.Between(1, 8)).Select(i => $"({i}, {Dice.Next(4)}, {Dice.Between(-50, 50)})");
        client.Must(Dice.Next(5) switch
        {
            0 => $"DELETE FROM {table} WHERE k BETWEEN {k} AND {k + Dice.Next(4)}",
            1 => $"UPDATE {table} SET v = v + 1, g = {Dice.Next(4)} WHERE k <= {k}",
            _ => $"INSERT INTO {table} (k, g, v) VALUES {string.Join(", ", rows)}",
        });
    }

    private void Make(Client client, SchemaObject table, List<SchemaObject> mine)
    {
        int kind = Dice.Next(10);
        if (kind == 0)
        {
            string index = Name("x");
            Made(schema.Create(client, "INDEX", index, $"CREATE INDEX {index} ON {table.Name} (g)", reads: [table.Name]));
            return;
        }

        if (kind <= 2)
        {
            Mirror(client, table);
            return;
        }

        var (other, reads) = Source(mine);
        string query = Query(table.Name, other);
        string name = Name("v");
        Made(schema.Create(
            client, "MATERIALIZED VIEW", name, $"CREATE MATERIALIZED VIEW {name} AS {query}", query, [table.Name, .. reads]));
    }

    /// <summary>A table that a sink fills, to be equal to what it is filled from.</summary>
    private void Mirror(Client client, SchemaObject table)
    {
        string mirror = Name("m");
        string query = $"SELECT k, v * 2 AS v FROM {table.Name}";
        string sink = Name("s");
        schema.Mirrored(mirror, sink, query);
        Made(schema.Create(client, "TABLE", mirror, $"CREATE TABLE {mirror} (k int PRIMARY KEY, v bigint)"));
        Made(schema.Create(client, "SINK", sink, $"CREATE SINK {sink} INTO {mirror} AS {query}", reads: [table.Name, mirror]));
    }

    private (string Text, string[] Reads) Source(List<SchemaObject> mine)
    {
        var relations = mine.Where(o => o.Kind == "TABLE" ? !schema.IsMirror(o.Name)
            : o.Query?.StartsWith("SELECT k, g, v ", StringComparison.Ordinal) == true).ToList();
        if (relations.Count == 0 || Dice.Chance(0.4))
        {
            return (Dice.Pick(_shared), []);
        }

        string name = Dice.Pick(relations).Name;
        return (name, [name]);
    }

    private string Query(string table, string other) => Dice.Next(9) switch
    {
        0 => $"SELECT g, count(*) AS c, sum(v) AS s, min(v) AS lo, max(v) AS hi FROM {other} AS o GROUP BY g",
        1 => $"SELECT x.k, x.v, y.g, y.v AS w FROM {table} AS x JOIN {other} AS y ON x.k = y.k",
        2 => $"SELECT x.k, x.g, y.v FROM {table} AS x LEFT JOIN {other} AS y ON x.g = y.g AND x.k > y.k",
        3 => $"SELECT DISTINCT g, v % 3 AS m FROM {other} AS o",
        4 => $"SELECT k, g, v FROM {other} AS o ORDER BY v DESC, k, g LIMIT 5",
        5 => $"SELECT k, g, v FROM {table} AS t WHERE NOT EXISTS (SELECT 1 FROM {other} AS o WHERE o.k = t.k AND o.v > t.v)",
        6 => $"SELECT g, k, v, sum(v) OVER (PARTITION BY g ORDER BY v, k) AS s FROM {table} AS t",
        7 => $"SELECT k, g, v FROM {table} AS t WHERE v > 0 UNION ALL SELECT k, g, v FROM {other} AS o WHERE v <= 0",
        _ => $"SELECT count(DISTINCT g) AS d, max(k) AS m, (SELECT sum(v) FROM {table} AS t) AS s FROM {other} AS o",
    };

    private void Drop(Client client, SchemaObject known)
    {
        if (schema.Present.Any(o => o.Reads.Contains(known.Name)))
        {
            return;
        }

        Made(schema.Drop(client, known.Name));
    }

    private void Made(Engines.Outcome outcome)
    {
        if (!outcome.Succeeded)
        {
            throw Broken($"a definition fails: {outcome.SqlState} {outcome.Message}");
        }
    }
}
