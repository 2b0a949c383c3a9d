using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>All system relations by schema and name.</summary>
public static class SystemRelations
{
    private static readonly Dictionary<(string Schema, string Name), SystemRelation> _byName = [];

    public static IEnumerable<SystemRelation> All => _byName.Values;

    public static IEnumerable<string> Names => _byName.Keys.Select(k => k.Name);

    public static SystemRelation? Find(string schema, string name) => _byName.GetValueOrDefault((schema, name));

    /// <summary>By the schema given, or the first on the path that has it before a user's relation of the name.</summary>
    public static SystemRelation? Resolve(
        string? schema, string name, IReadOnlyList<string> searchPath, CatalogSnapshot catalog)
    {
        if (schema is not null)
        {
            return Find(schema, name);
        }

        foreach (string candidate in searchPath)
        {
            if (Find(candidate, name) is { } found)
            {
                return found;
            }

            if (catalog.Find(candidate, name) is not null)
            {
                return null;
            }
        }

        return null;
    }
}
