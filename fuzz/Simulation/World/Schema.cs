using Vectorized.Engine.Catalog;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>
/// What is known of the database's objects: an acknowledged definition stays, one under way at a death has happened or not.
/// </summary>
internal sealed class Schema
{
    private readonly Dictionary<string, SchemaObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Sink, string Query)> _mirrors = new(StringComparer.Ordinal);

    /// <summary>Objects that are there, in the order they were made.</summary>
    internal IEnumerable<SchemaObject> Present => _objects.Values.Where(o => o.Standing == Standing.Present).OrderBy(o => o.Order);

    internal bool IsPresent(string name) => _objects.TryGetValue(name, out var known) && known.Standing == Standing.Present;

    /// <summary>Whether a sink fills the table, or did.</summary>
    internal bool IsMirror(string table) => _mirrors.ContainsKey(table);

    /// <summary>A table is to equal a query as long as a sink stands that fills it, and nobody else writes it.</summary>
    internal void Mirrored(string table, string sink, string query) => _mirrors[table] = (sink, query);

    /// <summary>Relations that have to equal a query.</summary>
    internal IEnumerable<(SchemaObject Object, string Query)> Comparable =>
        Present.Where(o => QueryOf(o) is not null).Select(o => (o, QueryOf(o)!));

    private string? QueryOf(SchemaObject known) => known.Query
        ?? (_mirrors.TryGetValue(known.Name, out var mirror) && IsPresent(mirror.Sink) ? mirror.Query : null);

    /// <summary>Runs a definition that makes an object. An error means that it is not there.</summary>
    internal Outcome Create(Client client, string kind, string name, string sql, string? query = null,
        IReadOnlyList<string>? reads = null, bool mayFail = false)
    {
        _objects[name] = new SchemaObject(kind, name, query, reads ?? [], _objects.Count)
        {
            MayFail = mayFail,
            Standing = Standing.Doubtful,
        };
        var outcome = client.Define(sql);
        _objects[name].Standing = outcome.Succeeded ? Standing.Present : Standing.Absent;
        return outcome;
    }

    /// <summary>Runs a definition that takes an object away. An error means that it is still there.</summary>
    internal Outcome Drop(Client client, string name)
    {
        var known = _objects[name];
        known.Standing = Standing.Doubtful;
        var outcome = client.Define($"DROP {known.Kind} {name}");
        known.Standing = outcome.Succeeded ? Standing.Absent : Standing.Present;
        return outcome;
    }

    /// <summary>After a restart, before anyone acts.</summary>
    internal void Recover(Client client)
    {
        var catalog = client.Life.Database.Catalog;
        foreach (var known in _objects.Values.OrderBy(o => o.Order))
        {
            bool isThere = known.Kind == "INDEX" ? HasIndex(client, known.Name)
                : catalog.Find(CatalogSnapshot.PublicSchemaId, known.Name) is not null;
            if (known.Standing != Standing.Doubtful && isThere != (known.Standing == Standing.Present))
            {
                throw new SimulationFailure(
                    $"{known.Kind} {known.Name} {(isThere ? "is there again although it was dropped" : "is gone although it was made")}");
            }

            known.Standing = isThere ? Standing.Present : Standing.Absent;
        }
    }

    private static bool HasIndex(Client client, string name) =>
        client.Rows($"SELECT count(*) FROM pg_catalog.pg_class WHERE relname = '{name}'") is ["1"];
}

/// <summary>One object.</summary>
/// <param name="Kind">As DROP names it.</param>
/// <param name="Query">Of a view: what it has to equal; null: it is not compared.</param>
/// <param name="Reads">Objects it stands on.</param>
internal sealed record SchemaObject(string Kind, string Name, string? Query, IReadOnlyList<string> Reads, int Order)
{
    internal Standing Standing { get; set; }

    /// <summary>Its query may fail over some rows, and the view with it.</summary>
    internal bool MayFail { get; init; }
}

/// <summary>What is known of an object.</summary>
internal enum Standing : byte
{
    Absent,
    Doubtful,
    Present,
}
