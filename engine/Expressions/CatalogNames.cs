using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Names and oids of built-in types, as format_type and regtype show them. Stateless.</summary>
internal static class CatalogNames
{
    /// <summary>Types clients ask about that no column here can have.</summary>
    private static readonly (uint Oid, string Name)[] _foreign =
    [
        (22, "int2vector"), (27, "tid"), (28, "xid"), (29, "cid"), (30, "oidvector"), (32, "pg_ddl_command"), (194, "pg_node_tree"),
        (194, "pg_node_tree"), (705, "unknown"), (1033, "aclitem"), (1034, "aclitem[]"), (1042, "character"), (1186, "interval"),
        (1266, "time with time zone"), (1270, "time with time zone[]"), (1560, "bit"), (1562, "bit varying"), (1790, "refcursor"),
        (2202, "regprocedure"), (2203, "regoper"), (2204, "regoperator"), (2207, "regprocedure[]"), (2249, "record"),
        (2275, "cstring"), (2276, "\"any\""), (2277, "anyarray"), (2278, "void"), (2279, "trigger"), (2280, "language_handler"),
        (2281, "internal"), (2283, "anyelement"), (2287, "record[]"), (3220, "pg_lsn"), (3614, "tsvector"), (3615, "tsquery"),
        (25, "text"), (1009, "text[]"), (114, "json"), (199, "json[]"), (1014, "character[]"), (1005, "smallint[]"),
        (1006, "int2vector[]"), (1013, "oidvector[]"), (142, "xml"), (600, "point"), (601, "lseg"), (602, "path"), (603, "box"),
        (604, "polygon"), (628, "line"), (650, "cidr"), (718, "circle"), (790, "money"), (829, "macaddr"), (869, "inet"),
    ];

    private static readonly Dictionary<uint, string> _foreignNames = _foreign
        .GroupBy(t => t.Oid).ToDictionary(g => g.Key, g => g.First().Name);

    private static readonly Dictionary<string, uint> _foreignOids = _foreign
        .GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First().Oid, StringComparer.OrdinalIgnoreCase);

    /// <summary>The oid of a type as SQL names it (int4, character varying, text[]), or null.</summary>
    internal static uint? TypeOid(string name)
    {
        string bare = name.StartsWith("pg_catalog.", StringComparison.OrdinalIgnoreCase) ? name["pg_catalog.".Length..] : name;
        if (_foreignOids.TryGetValue(bare, out uint foreign))
        {
            return foreign;
        }

        return TypeNames.TryParse(bare) is { } type ? TypeOids.Of(type) : null;
    }

    /// <summary>A type's name with its modifier (-1: none), or null for an oid nobody has.</summary>
    internal static string? TypeName(uint oid, int typeModifier)
    {
        if (oid == 1042 && typeModifier >= 4)
        {
            return $"character({typeModifier - 4})";
        }

        if (_foreignNames.TryGetValue(oid, out string? foreign))
        {
            return foreign;
        }

        if (TypeOids.Find(oid) is not { } type)
        {
            return null;
        }

        return WithModifier(type, typeModifier).ToString();
    }

    private static SqlType WithModifier(SqlType type, int modifier) => modifier < 4 ? type : type.Id switch
    {
        TypeId.Numeric => SqlType.NumericOf((modifier - 4) >> 16, (modifier - 4) & 0x7FF),
        TypeId.Varchar => SqlType.VarcharOf(modifier - 4),
        TypeId.List => SqlType.ListOf(WithModifier(type.Element!, modifier)),
        _ => type,
    };
}
