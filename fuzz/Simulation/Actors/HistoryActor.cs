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

    /// <summary>The change that what is known of the tables may be of before, or after.</summary>
    private string? _doubtful;

    /// <summary>It succeeded: what is known is of before, if a table does not show it.</summary>
    private bool _isAcknowledged;

    protected override void Recover(Client client)
    {
        foreach (var (name, definition) in _tables.Where(t => schema.IsPresent(t.Name)))
        {
            var found = client.Must($"SELECT * FROM {name}");
            if (_known.TryGetValue(name, out var known))
            {
                Check(name, definition, found, known);
            }

            _known[name] = found;
        }

        _doubtful = null;
        _isAcknowledged = false;
    }

    private void Check(string name, string definition, Outcome found, Outcome known)
    {
        bool isWritten = _doubtful is not null && Writes(_doubtful, name);
        if (Same(found, known, out string difference) && !(isWritten && _isAcknowledged))
        {
            return;
        }

        if (!isWritten)
        {
            throw Broken($"table {name} has changed by itself:\n{difference}");
        }

        var (after, succeeds) = Expected(name, definition, known);
        if (_isAcknowledged && !succeeds)
        {
            // It reads other tables, too, which are not at hand.
            return;
        }

        if (!Same(found, after, out difference))
        {
            throw Broken($"table {name} is not as after {_doubtful}{(_isAcknowledged ? "" : ", nor as before")}\n{difference}");
        }
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
        _isAcknowledged = client.Run(sql).Succeeded;
        var written = _tables.Where(t => Writes(sql, t.Name) && schema.IsPresent(t.Name)).Select(t => t.Name).ToList();
        var after = written.Select(name => client.Must($"SELECT * FROM {name}")).ToList();
        for (int i = 0; i < written.Count; i++)
        {
            _known[written[i]] = after[i];
        }

        _doubtful = null;
        _isAcknowledged = false;
    }

    private static bool Writes(string sql, string table) => sql.Contains($" {table} ", StringComparison.Ordinal)
        || sql.EndsWith($" {table}", StringComparison.Ordinal);

    private static bool Same(Outcome found, Outcome wanted, out string difference) =>
        Comparer.Compare(found, wanted, isOrdered: false, out difference) != Verdict.Different;

    /// <summary>What the table would hold after the statement under way.</summary>
    private (Outcome Rows, bool Succeeds) Expected(string name, string definition, Outcome before)
    {
        using var engine = new EmbeddedEngine(new DatabaseOptions());
        engine.Run(definition);
        foreach (var row in before.Rows)
        {
            var cells = row.Select(c => c is null ? "NULL" : $"'{c.Replace("'", "''", StringComparison.Ordinal)}'");
            engine.Run($"INSERT INTO {name} VALUES ({string.Join(", ", cells)})");
        }

        bool succeeds = engine.Run(_doubtful!).Succeeded;
        return (engine.Run($"SELECT * FROM {name}"), succeeds);
    }
}
