using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.Scheduling;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>
/// A client with a memory: it knows what it was promised, and goes on where it was after the server has come back. One thread in
/// each life of the server.
/// </summary>
internal abstract class Actor(string name, Dice dice)
{
    private const long PauseNanosMax = 30_000_000;

    internal string Name => name;

    /// <summary>What it still does.</summary>
    internal int StepsLeft { get; set; }

    /// <summary>It stays with a server that others have taken over from, which its model has to allow.</summary>
    protected virtual bool Outlives => false;

    /// <summary>What actors share, made one after the other before anyone acts.</summary>
    internal static IReadOnlyList<(string Name, string Sql)> SharedTables { get; } =
    [
        .. Actors.KeyedActor.Tables, .. Actors.TransferActor.Tables, .. Actors.SequenceActor.Tables,
        .. Actors.MarkActor.Tables,
    ];

    protected Dice Dice => dice;

    internal void Live(Life life)
    {
        using var client = life.Connect(name, Outlives);
        Recover(client);
        while (StepsLeft > 0 && !life.IsStopping)
        {
            StepsLeft--;
            Step(client);
            life.Sleep((long)(dice.Next((int)PauseNanosMax) * (dice.Chance(0.5) ? 0.02 : 1)), Outlives);
        }

        Finish(client);
    }

    /// <summary>Holds what the server has against what it had promised, and settles what was under way when it died.</summary>
    protected abstract void Recover(Client client);

    protected abstract void Step(Client client);

    /// <summary>The life ends in order, or nothing is left to do: all that was promised has to be there.</summary>
    protected virtual void Finish(Client client) => Recover(client);

    protected SimulationFailure Broken(string what) => new($"{name}: {what}");

    protected void Equal(string what, IReadOnlyList<string> wanted, IReadOnlyList<string> found)
    {
        if (!wanted.SequenceEqual(found))
        {
            throw Broken(Difference(what, wanted, found));
        }
    }

    protected static string Difference(string what, IReadOnlyList<string> wanted, IReadOnlyList<string> found) =>
        $"{what}\n  missing: {string.Join(", ", wanted.Except(found).Take(10))}"
            + $"\n  not wanted: {string.Join(", ", found.Except(wanted).Take(10))}"
            + $"\n  {wanted.Count} rows wanted, {found.Count} found";
}
