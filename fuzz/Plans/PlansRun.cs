using System.Diagnostics;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Shrinking;

namespace Vectorized.Fuzz.Plans;

/// <summary>
/// The loop: a schema with data on both sides, a batch of queries sent to PostgreSQL in one write, run here meanwhile, outcomes
/// compared. Everything of a schema is drawn from a seed of its own, printed with every finding.
/// </summary>
internal sealed class PlansRun(PostgresWire postgres, DatabaseOptions options, PlansLimits limits, TextWriter output)
{
    /// <summary>Rows as values print differently and are no bug of what shrinks.</summary>
    private const uint RecordOid = 2249;
    private const int QueriesPerSchema = 120;
    private const int QueriesPerRoundTrip = 40;

    /// <summary>The run's schema; what shrinks has another, so that the run goes on where it was.</summary>
    private const string FreshSchema = "DROP SCHEMA IF EXISTS fuzz CASCADE; CREATE SCHEMA fuzz; SET search_path = fuzz";
    private const string FreshShrinkingSchema = "DROP SCHEMA IF EXISTS small CASCADE; CREATE SCHEMA small; SET search_path = small";

    private readonly HashSet<string> _seen = [];
    private bool _wasOfTypes;

    internal PlansReport Report { get; } = new();

    internal void Go(ulong seed)
    {
        postgres.Run("SET statement_timeout = '4s'; SET client_min_messages = 'error'");
        var clock = Stopwatch.StartNew();
        for (ulong number = 0; !IsOver(clock); number++)
        {
            RunSchema(seed + number, clock);
        }

        Report.Seconds = clock.Elapsed.TotalSeconds;
    }

    private bool IsOver(Stopwatch clock) => clock.Elapsed.TotalSeconds >= limits.Seconds || Report.Cases >= limits.Cases
        || Report.Findings >= limits.Findings;

    private void RunSchema(ulong seed, Stopwatch clock)
    {
        var dice = new Dice(seed);
        var features = FeatureDraw.Draw(dice);
        var maker = new SchemaMaker(dice, features);
        var tables = maker.Tables("p");
        var setup = tables.Select(t => t.Create()).ToList();
        setup.AddRange(tables.Select(t => maker.Insert(t, maker.RowCount())).OfType<string>());
        using var engine = new EmbeddedEngine(options);
        postgres.Run(FreshSchema);
        for (int i = 0; i < setup.Count; i++)
        {
            var theirs = postgres.Run(setup[i]);
            var ours = engine.Run(setup[i]);
            if (!ours.Succeeded || !theirs.Succeeded)
            {
                Find(seed, [.. setup.Take(i + 1)], ours, theirs, false,
                    $"ours: {ours.SqlState} {ours.Message}\ntheirs: {theirs.SqlState} {theirs.Message}");
                return;
            }
        }

        var queries = new QueryMaker(dice, features, [.. tables.Select(Relation.Of)]);
        for (int done = 0; done < QueriesPerSchema && !IsOver(clock); done += QueriesPerRoundTrip)
        {
            var batch = Enumerable.Range(0, QueriesPerRoundTrip).Select(_ => queries.Make()).ToList();
            postgres.Send(batch.Select(q => q.Sql));
            var ours = batch.Select(q => engine.Run(q.Sql)).ToList();
            var theirs = batch.Select(_ => postgres.Receive()).ToList();
            for (int i = 0; i < batch.Count; i++)
            {
                Judge(seed, setup, batch[i], ours[i], theirs[i]);
            }
        }
    }

    private void Judge(ulong seed, List<string> setup, GeneratedQuery query, Outcome ours, Outcome theirs)
    {
        var verdict = Comparer.Compare(ours, theirs, query.IsOrdered, out string difference);
        var known = verdict == Verdict.Different ? KnownDifferences.Find(query.Sql, ours, theirs) : null;
        Report.Count(verdict, query, ours, known);
        if (verdict == Verdict.Refused && limits.Verbose)
        {
            output.WriteLine($"refused: {ours.Message}: {query.Sql}");
        }

        if (verdict == Verdict.Different && known is null)
        {
            Find(seed, [.. setup, query.Sql], ours, theirs, query.IsOrdered, difference);
        }
    }

    private void Find(ulong seed, List<string> statements, Outcome ours, Outcome theirs, bool isOrdered, string difference)
    {
        _wasOfTypes = IsOfTypes(difference);
        bool ordered = isOrdered && Comparer.Compare(ours, theirs, false, out _) != Verdict.Different;
        var small = limits.Shrinks ? new Shrinker(s => Fails(s, ours, theirs, ordered)).Shrink(statements) : statements;
        if (_seen.Add(Signature(small[^1], ours)))
        {
            Report.Findings++;
            Print(seed, statements, small, ordered, difference);
        }
        else
        {
            Report.Repeated++;
        }

        postgres.Run("SET search_path = fuzz");
    }

    private void Print(ulong seed, List<string> statements, List<string> small, bool ordered, string difference)
    {

        output.WriteLine($"== FOUND (seed {seed}): {difference}");
        output.WriteLine(statements[^1]);
        var slt = new SltWriter();
        slt.Comment($"fuzz plans --seed {seed}");
        postgres.Run(FreshShrinkingSchema);
        foreach (string statement in small.SkipLast(1))
        {
            postgres.Run(statement);
            slt.Statement(statement);
        }

        slt.Query(small[^1], postgres.Run(small[^1]), ordered);
        output.WriteLine("-- shrunk, as an .slt file:");
        output.WriteLine(slt.ToString());
    }

    /// <summary>Differences that look alike after shrinking are reported once.</summary>
    private static string Signature(string sql, Outcome ours) =>
        ours.SqlState + System.Text.RegularExpressions.Regex.Replace(sql, @"\b[a-z]+\d+(_[a-z])?\b|\d+|'[^']*'", "");

    private static bool IsOfTypes(string difference) => difference.StartsWith("types", StringComparison.Ordinal);

    private bool Fails(IReadOnlyList<string> statements, Outcome firstOurs, Outcome firstTheirs, bool isOrdered)
    {
        if (statements.Count == 0)
        {
            return false;
        }

        postgres.Run(FreshShrinkingSchema);
        using var engine = new EmbeddedEngine(options);
        postgres.Send(statements);
        var ours = statements.Select(engine.Run).ToList();
        var theirs = statements.Select(_ => postgres.Receive()).ToList();
        return theirs[^1].SqlState == firstTheirs.SqlState && ours[^1].SqlState == firstOurs.SqlState
            && !theirs[^1].Types.Contains(RecordOid)
            && statements.SkipLast(1).Select((_, i) => ours[i].Succeeded && theirs[i].Succeeded).All(s => s)
            && Comparer.Compare(ours[^1], theirs[^1], isOrdered, out string difference) == Verdict.Different
            && (!ours[^1].Succeeded || IsOfTypes(difference) == _wasOfTypes)
            && KnownDifferences.Find(statements[^1], ours[^1], theirs[^1]) is null;
    }
}
