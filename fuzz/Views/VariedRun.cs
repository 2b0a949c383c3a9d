using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Engines;
using Vectorized.Storage;

namespace Vectorized.Fuzz.Views;

/// <summary>
/// Executes a history in the way a variation says. After each statement yielded its views may be looked at where the run has a
/// point: they are then as after the statement <c>Point</c> of the history.
/// </summary>
internal sealed class VariedRun(EmbeddedEngine engine, Variation variation)
{
    private readonly HashSet<string> _views = [];
    private Task<Outcome>? _building;
    private int _buildingIndex;

    /// <summary>Everything up to the statement just yielded, and nothing beyond, has been executed and published.</summary>
    internal bool IsAtPoint { get; private set; }

    internal bool Holds(string view) => _views.Contains(view);

    internal IEnumerable<(int Index, int Point, Outcome Outcome)> Execute(IReadOnlyList<string> statements, HistoryTrace trace)
    {
        var order = Enumerable.Range(0, statements.Count).Where(i => trace.Outcomes[i].Succeeded).ToList();
        if (variation.ViewsLast)
        {
            order = [.. order.OrderBy(i => HistoryTrace.ViewOf(statements[i]) is null ? 0 : 1)];
        }

        int open = 0;
        for (int at = 0; at < order.Count; at++)
        {
            int index = order[at];
            if (_building is not null && (_building.IsCompleted || !HistoryTrace.IsChange(statements[index])))
            {
                yield return Built(statements, order[at - 1]);
            }

            if (variation.BuildsBeside && HistoryTrace.ViewOf(statements[index]) is not null)
            {
                (_buildingIndex, _building) = (index, engine.RunBeside(statements[index]));
                continue;
            }

            bool isChange = HistoryTrace.IsChange(statements[index]);
            if (variation.ChangesPerTick > 0 && isChange && open == 0)
            {
                engine.Run("BEGIN");
                open = 1;
            }

            var outcome = RunOne(statements[index]);
            bool isLast = at + 1 == order.Count;
            if (open > 0 && (open++ >= variation.ChangesPerTick || isLast || !HistoryTrace.IsChange(statements[order[at + 1]])
                || !outcome.Succeeded))
            {
                var ended = engine.Run("COMMIT");
                outcome = outcome.Succeeded ? ended : outcome;
                open = 0;
            }

            if (outcome.Succeeded && HistoryTrace.ViewOf(statements[index]) is { } view)
            {
                _views.Add(view.Name);
            }

            if (variation.RestartsEvery > 0 && open == 0 && at % variation.RestartsEvery == variation.RestartsEvery - 1)
            {
                outcome = Restarted(at / variation.RestartsEvery % 2 == 0 ? null : at) ?? outcome;
            }

            IsAtPoint = open == 0 && (!variation.ViewsLast || isLast);

            // Views created last: all stand at the end, which is the history's last statement.
            yield return (index, variation.ViewsLast && isLast ? statements.Count - 1 : index, outcome);
        }

        if (_building is not null)
        {
            yield return Built(statements, order[^1]);
        }
    }

    /// <summary>Waits for the view that is being built, which is then as after the last statement.</summary>
    private (int Index, int Point, Outcome Outcome) Built(IReadOnlyList<string> statements, int last)
    {
        var outcome = _building!.GetAwaiter().GetResult();
        _building = null;
        IsAtPoint = true;
        if (outcome.Succeeded)
        {
            _views.Add(HistoryTrace.ViewOf(statements[_buildingIndex])!.Value.Name);
        }

        return (_buildingIndex, last, outcome);
    }

    /// <summary>Null when the database has come back, else why it has not.</summary>
    private Outcome? Restarted(int? crashSeed)
    {
        try
        {
            engine.Restart(crashSeed);
            return null;
        }
        catch (CorruptionException error)
        {
            return Outcome.Failed(SqlState.DataCorrupted, error.Message);
        }
    }

    private Outcome RunOne(string sql)
    {
        if (variation.SplitsInserts && SqlParser.Parse(sql)[0] is InsertStatement { Source: { Body: ValuesBody values } source } insert)
        {
            var outcome = new Outcome();
            foreach (var row in values.Rows)
            {
                var one = insert with { Source = source with { Body = values with { Rows = [row] } } };
                outcome = engine.Run(one.ToString());
                if (!outcome.Succeeded)
                {
                    return outcome;
                }
            }

            return outcome;
        }

        return engine.Run(sql);
    }
}
