using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Views;

/// <summary>
/// Another way to run the same history, which must show the same rows: other workers, other cuts of ticks, other plans, views
/// created at another time.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Options">How the database is opened.</param>
internal sealed record Variation(string Name, DatabaseOptions Options)
{
    /// <summary>All changes first, then the views.</summary>
    public bool ViewsLast { get; init; }

    /// <summary>Changes in transactions of so many statements, each one tick; 0: a tick a statement.</summary>
    public int ChangesPerTick { get; init; }

    /// <summary>Every INSERT of several rows becomes one a row.</summary>
    public bool SplitsInserts { get; init; }

    /// <summary>A view is built by a session of its own, some rows a step, while the changes that follow go on.</summary>
    public bool BuildsBeside { get; init; }

    /// <summary>
    /// The database ends and is opened again after every so many statements, every other time as by power loss; 0: never.
    /// </summary>
    public int RestartsEvery { get; init; }

    internal static readonly IReadOnlyList<Variation> All =
    [
        new("two workers", new DatabaseOptions { Workers = 2 }),
        new("three workers", new DatabaseOptions { Workers = 3 }),
        new("another hash seed", new DatabaseOptions { HashSeed = 0x9E3779B97F4A7C15 }),
        new("views last", new DatabaseOptions()) { ViewsLast = true },
        new("views last, two workers", new DatabaseOptions { Workers = 2 }) { ViewsLast = true },
        new("transactions of three", new DatabaseOptions()) { ChangesPerTick = 3 },
        new("transactions of five, two workers", new DatabaseOptions { Workers = 2 }) { ChangesPerTick = 5 },
        new("a row a statement", new DatabaseOptions()) { SplitsInserts = true },
        new("restarts", new DatabaseOptions { DataDirectory = "data", CheckpointAgeNanosMax = 0 }) { RestartsEvery = 2 },
        new("rare restarts, two workers", new DatabaseOptions { DataDirectory = "data", CheckpointAgeNanosMax = 1_000_000, Workers = 2 })
        {
            RestartsEvery = 5,
        },
        new("built beside changes", new DatabaseOptions { BuildRows = 8 }) { BuildsBeside = true },
        new("built beside changes, two workers", new DatabaseOptions { BuildRows = 8, Workers = 2 }) { BuildsBeside = true },
        new("no rules", new DatabaseOptions { Rules = PlannerRules.None }),
        new("no rankings", new DatabaseOptions { Rules = PlannerRules.All & ~PlannerRules.ExtremeRanking }),
        new("no push-down", new DatabaseOptions { Rules = PlannerRules.All & ~PlannerRules.PredicatePushDown }),
        new("no join order", new DatabaseOptions { Rules = PlannerRules.All & ~PlannerRules.JoinOrdering }),
        new("no folding, no elimination", new DatabaseOptions
        {
            Rules = PlannerRules.All & ~(PlannerRules.Folding | PlannerRules.AggregateElimination),
        }),
    ];

    internal static Variation Draw(Dice dice, string only) =>
        dice.Pick([.. All.Where(v => v.Name.Contains(only, StringComparison.Ordinal))]);
}
