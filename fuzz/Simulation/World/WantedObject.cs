namespace Vectorized.Fuzz.Simulation.World;

/// <summary>An object that an actor makes when its time has come.</summary>
/// <param name="Kind">As DROP names it.</param>
/// <param name="Sql">Its definition.</param>
/// <param name="Query">What it has to equal; null: it is not compared.</param>
internal sealed record WantedObject(string Kind, string Name, string Sql, string? Query)
{
    internal static WantedObject Source(string name, string rest) => new("SOURCE", name, $"CREATE SOURCE {name} {rest}", null);

    internal static WantedObject Table(string name, string rest) => new("TABLE", name, $"CREATE TABLE {name} {rest}", null);

    /// <param name="equals">Another query that has to come to the same.</param>
    internal static WantedObject View(string name, string query, string? equals) =>
        new("MATERIALIZED VIEW", name, $"CREATE MATERIALIZED VIEW {name} AS {query}", equals);

    /// <summary>Makes the first of a list that is not there, for which those before have to be; false: all are there.</summary>
    internal static bool MakeNext(IReadOnlyList<WantedObject> wanted, Schema schema, Client client)
    {
        if (wanted.FirstOrDefault(w => !schema.IsPresent(w.Name)) is not { } next)
        {
            return false;
        }

        var outcome = schema.Create(client, next.Kind, next.Name, next.Sql, next.Query);
        return outcome.Succeeded ? true : throw new SimulationFailure($"{next.Sql}\n  fails: {outcome.SqlState} {outcome.Message}");
    }
}
