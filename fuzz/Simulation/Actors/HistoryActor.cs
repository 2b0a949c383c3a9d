using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;
using Vectorized.Fuzz.Views;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>
/// A random history as in the target `views`: random tables, views on them and on views, changes. It remembers what its tables held
/// after each statement; of the one under way at a death another engine says what it would have come to.
/// </summary>
internal sealed class HistoryActor(Dice dice, Schema schema) : Actor("history", dice)
{
    private readonly Queue<string> _statements = new(new HistoryMaker(dice.Fork()).Make());
    private readonly List<(string Name, string Definition)> _tables = [];
    private readonly Dictionary<string, Outcome> _known = [];
    private string? _doubtful;

    protected override void Recover(Client client)
    {
        foreach (var (name, definition) in _tables.Where(t => schema.IsPresent(t.Name)))
        {
            var found = client.Must($"SELECT * FROM {name}");
            if (!_known.TryGetValue(name, out var known) || Same(found, known, out string difference))
            {
                _known[name] = found;
                continue;
            }

            if (_doubtful is null || !Writes(_doubtful, name))
            {
                throw Broken($"table {name} has changed by itself:\n{difference}");
            }

            var after = Expected(name, definition, known);
            if (!Same(found, after, out difference))
            {
                throw Broken($"table {name} is neither as before nor as after {_doubtful}\n{difference}");
            }

            _known[name] = found;
        }

        _doubtful = null;
    }

    protected override void Step(Client client)
    {
        if (!_statements.TryDequeue(out string? sql))
        {
            return;
        }

        if (HistoryTrace.ViewOf(sql) is { } view)
        {
            // Refused, or over one that was refused or lost: none of this target's.
            schema.Create(client, "MATERIALIZED VIEW", view.Name, sql, view.Query, mayFail: true);
            return;
        }

        if (sql.StartsWith("CREATE TABLE ", StringComparison.Ordinal))
        {
            string name = sql.Split(' ')[2];
            _tables.Add((name, sql));
            schema.Create(client, "TABLE", name, sql);
            return;
        }

        if (!HistoryTrace.IsChange(sql))
        {
            client.Run(sql);
            return;
        }

        _doubtful = sql;
        client.Run(sql);
        _doubtful = null;
        foreach (var (name, _) in _tables.Where(t => Writes(sql, t.Name) && schema.IsPresent(t.Name)))
        {
            _known[name] = client.Must($"SELECT * FROM {name}");
        }
    }

    private static bool Writes(string sql, string table) => sql.Contains($" {table} ", StringComparison.Ordinal)
        || sql.EndsWith($" {table}", StringComparison.Ordinal);

    private static bool Same(Outcome found, Outcome wanted, out string difference) =>
        Comparer.Compare(found, wanted, isOrdered: false, out difference) != Verdict.Different;

    /// <summary>What the table would hold after the statement under way.</summary>
    private Outcome Expected(string name, string definition, Outcome before)
    {
        using var engine = new EmbeddedEngine(new DatabaseOptions());
        engine.Run(definition);
        foreach (var row in before.Rows)
        {
            var cells = row.Select(c => c is null ? "NULL" : $"'{c.Replace("'", "''", StringComparison.Ordinal)}'");
            engine.Run($"INSERT INTO {name} VALUES ({string.Join(", ", cells)})");
        }

        engine.Run(_doubtful!);
        return engine.Run($"SELECT * FROM {name}");
    }
}
