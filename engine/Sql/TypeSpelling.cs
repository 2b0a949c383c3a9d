using System.Collections.Frozen;

namespace Vectorized.Engine.Sql;

/// <summary>How the deparser writes the built-in types (RisingWave's spelling), by their internal names.</summary>
internal static class TypeSpelling
{
    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>
    {
        ["bool"] = "BOOLEAN",
        ["int2"] = "SMALLINT",
        ["int4"] = "INT",
        ["int8"] = "BIGINT",
        ["float4"] = "REAL",
        ["float8"] = "DOUBLE",
        ["numeric"] = "NUMERIC",
        ["varchar"] = "CHARACTER VARYING",
        ["bpchar"] = "CHAR",
        ["time"] = "TIME",
        ["timetz"] = "TIME WITH TIME ZONE",
        ["timestamp"] = "TIMESTAMP",
        ["timestamptz"] = "TIMESTAMP WITH TIME ZONE",
        ["interval"] = "INTERVAL",
        ["bit"] = "BIT",
        ["varbit"] = "BIT VARYING",
        ["date"] = "DATE",
        ["text"] = "TEXT",
        ["bytea"] = "BYTEA",
        ["jsonb"] = "JSONB",
    }.ToFrozenDictionary();

    /// <summary>
    /// Internal names that people write themselves (`timestamptz`, `int8`): shown as they were written.
    /// </summary>
    public static bool IsAlias(string name) => name is "bool" or "int2" or "int4" or "int8" or "float4" or "float8"
        or "timetz" or "timestamptz" or "bpchar" or "varbit";

    /// <summary>The spelling with modifiers in their place (`TIMESTAMP(3) WITH TIME ZONE`), or null for other names.
    /// </summary>
    public static string? Of(string name, string modifiers)
    {
        if (!Spellings.TryGetValue(name, out string? spelling))
        {
            return null;
        }

        int zone = spelling.IndexOf(" WITH", StringComparison.Ordinal);
        return zone < 0 ? spelling + modifiers : spelling.Insert(zone, modifiers);
    }
}
