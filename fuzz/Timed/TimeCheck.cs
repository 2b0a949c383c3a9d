using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Timed;

/// <summary>Runs a case and holds every view, after every step, against the query that gives its rows without time.</summary>
internal sealed class TimeCheck(DatabaseOptions options, int delayMinutes)
{
    private const int WaitsMax = 20_000;

    /// <summary>Comparisons of a view.</summary>
    internal long Comparisons { get; private set; }

    /// <summary>Comparisons of a view that had rows.</summary>
    internal long WithRows { get; private set; }

    /// <summary>The first difference and after which step it shows; null: none.</summary>
    internal (int At, string Difference)? Run(IReadOnlyList<TimeStep> steps)
    {
        var clock = new SteppedClock(TimeMaker.StartSeconds * 1_000_000);
        using var engine = new EmbeddedEngine(options, clock: clock);
        var views = new List<TimeView>();
        for (int at = 0; at < steps.Count; at++)
        {
            if (steps[at].Sql is not { } sql)
            {
                Advance(engine, clock, steps[at].Seconds);
            }
            else if (engine.Run(sql) is { Succeeded: false } failed)
            {
                return (at, $"{failed.SqlState} {failed.Message}");
            }

            if (steps[at].View is { } made)
            {
                views.Add(made);
            }

            string now = TimeMaker.Text(clock.WallMicros / 1_000_000) + "+00";
            foreach (var view in views)
            {
                Comparisons++;
                var held = engine.Run($"SELECT * FROM {view.Name}");
                WithRows += held.Rows.Count > 0 ? 1 : 0;
                var expected = engine.Run(view.ExpectedAt(now, delayMinutes));
                if (Comparer.Compare(held, expected, false, out string difference) != Verdict.Same)
                {
                    return (at, $"{view.Name}: {difference}");
                }
            }
        }

        return null;
    }

    /// <summary>Moves the clock and waits until what is due by then has happened.</summary>
    private static void Advance(EmbeddedEngine engine, SteppedClock clock, int seconds)
    {
        clock.Advance(seconds * 1_000_000L);
        engine.Database.Lane.Signal();
        for (int i = 0; engine.Database.Lane.QuietUntilMicros <= clock.WallMicros; i++)
        {
            if (i > WaitsMax)
            {
                throw new InvalidOperationException("what is due does not happen");
            }

            Task.Delay(1).GetAwaiter().GetResult();
        }
    }
}
