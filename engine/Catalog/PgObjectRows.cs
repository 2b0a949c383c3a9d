using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>Types, functions, schemas, roles, the database and the fixed objects of pg_catalog.</summary>
internal static class PgObjectRows
{
    private const uint DatabaseId = 5;
    private const int ClassCatalogId = 1259;

    public static void Register(Dictionary<string, Action<SystemContext, SystemRowWriter>> rows)
    {
        rows.Add("pg_catalog.pg_type", Types);
        rows.Add("pg_catalog.pg_proc", Functions);
        rows.Add("pg_catalog.pg_namespace", Schemas);
        rows.Add("pg_catalog.pg_database", Databases);
        rows.Add("pg_catalog.pg_authid", Roles);
        rows.Add("pg_catalog.pg_roles", Roles);
        rows.Add("pg_catalog.pg_user", Users);
        rows.Add("pg_catalog.pg_shadow", Users);
        rows.Add("pg_catalog.pg_am", (_, w) =>
        {
            w.Row(("oid", 2), ("amname", "heap"), ("amhandler", 3), ("amtype", "t"));
            w.Row(("oid", 403), ("amname", "btree"), ("amhandler", 330), ("amtype", "i"));
        });
        rows.Add("pg_catalog.pg_collation", (_, w) =>
        {
            Collation(w, 100, "default", "d");
            Collation(w, 950, "C", "c");
            Collation(w, 951, "POSIX", "c");
        });
        rows.Add("pg_catalog.pg_tablespace", (_, w) =>
        {
            w.Row(("oid", 1663), ("spcname", "pg_default"), ("spcowner", CatalogSnapshot.RootRoleId));
            w.Row(("oid", 1664), ("spcname", "pg_global"), ("spcowner", CatalogSnapshot.RootRoleId));
        });
        rows.Add("pg_catalog.pg_language", (_, w) =>
        {
            w.Row(("oid", 12), ("lanname", "internal"), ("lanowner", CatalogSnapshot.RootRoleId));
            w.Row(("oid", 14), ("lanname", "sql"), ("lanowner", CatalogSnapshot.RootRoleId), ("lanpltrusted", true));
        });
        rows.Add("pg_catalog.pg_description", Descriptions);
        rows.Add("pg_catalog.pg_settings", Settings);
    }

    private static void Types(SystemContext context, SystemRowWriter writer)
    {
        foreach (var type in PgTypes.All)
        {
            writer.Row(
                ("oid", type.Oid), ("typname", type.Name), ("typnamespace", CatalogSnapshot.PgCatalogSchemaId),
                ("typowner", CatalogSnapshot.RootRoleId), ("typlen", type.Length), ("typbyval", type.ByValue),
                ("typtype", type.Kind), ("typcategory", type.Category), ("typispreferred", type.Preferred),
                ("typisdefined", true), ("typdelim", ","), ("typelem", type.Element), ("typarray", type.Array),
                ("typinput", type.Input), ("typoutput", type.Output), ("typreceive", type.Receive),
                ("typsend", type.Send),
                ("typalign", type.Alignment), ("typstorage", type.Storage), ("typtypmod", -1),
                ("typcollation", type.Collation));
        }
    }

    /// <summary>The input and output functions of types, and functions users made.</summary>
    private static void Functions(SystemContext context, SystemRowWriter writer)
    {
        foreach (var (oid, name) in PgTypes.Functions)
        {
            writer.Row(
                ("oid", oid), ("proname", name), ("pronamespace", CatalogSnapshot.PgCatalogSchemaId),
                ("proowner", CatalogSnapshot.RootRoleId), ("prolang", 12), ("procost", 1f), ("prokind", "f"),
                ("proisstrict", true), ("provolatile", "i"), ("proparallel", "s"), ("pronargs", 1), ("prosrc", name));
        }

        foreach (var function in context.Catalog.Functions)
        {
            writer.Row(
                ("oid", function.Oid), ("proname", function.Name), ("pronamespace", function.SchemaId),
                ("proowner", PgRelationRows.OwnerOf(context.Catalog, function)), ("prolang", 14), ("procost", 100f),
                ("prokind", "f"), ("provolatile", "v"), ("proparallel", "u"),
                ("pronargs", function.ParameterTypes.Count),
                ("prorettype", TypeOids.Of(function.Returns)),
                ("proargtypes", function.ParameterTypes.Select(TypeOids.Of)),
                ("proargnames", function.ParameterNames.Select(n => n ?? "")), ("prosrc", function.Body));
        }
    }

    private static void Schemas(SystemContext context, SystemRowWriter writer)
    {
        foreach (var schema in context.Catalog.Schemas)
        {
            writer.Row(
                ("oid", schema.Oid), ("nspname", schema.Name),
                ("nspowner", PgRelationRows.OwnerOf(context.Catalog, schema)));
        }
    }

    private static void Databases(SystemContext context, SystemRowWriter writer) => writer.Row(
        ("oid", DatabaseId), ("datname", context.Catalog.DatabaseName), ("datdba", CatalogSnapshot.RootRoleId),
        ("encoding", 6),
        ("datlocprovider", "c"), ("datallowconn", true), ("datconnlimit", -1), ("dattablespace", 1663),
        ("datcollate", "C"),
        ("datctype", "C"));

    private static void Roles(SystemContext context, SystemRowWriter writer)
    {
        foreach (var (name, id) in context.Catalog.Roles.OrderBy(r => r.Value))
        {
            writer.Row(
                ("oid", id), ("rolname", name), ("rolsuper", true), ("rolinherit", true), ("rolcreaterole", true),
                ("rolcreatedb", true), ("rolcanlogin", true), ("rolconnlimit", -1), ("rolbypassrls", true), ("rolreplication", true));
        }
    }

    private static void Users(SystemContext context, SystemRowWriter writer)
    {
        foreach (var (name, id) in context.Catalog.Roles.OrderBy(r => r.Value))
        {
            writer.Row(("usename", name), ("usesysid", id), ("usecreatedb", true), ("usesuper", true),
                ("usebypassrls", true));
        }
    }

    private static void Collation(SystemRowWriter writer, int oid, string name, string provider) => writer.Row(
        ("oid", oid), ("collname", name), ("collnamespace", CatalogSnapshot.PgCatalogSchemaId),
        ("collowner", CatalogSnapshot.RootRoleId), ("collprovider", provider), ("collisdeterministic", true),
        ("collencoding", -1), ("collcollate", provider == "d" ? null : name),
        ("collctype", provider == "d" ? null : name));

    private static void Descriptions(SystemContext context, SystemRowWriter writer)
    {
        foreach (var relation in context.Catalog.Relations)
        {
            if (relation.Comment is { } comment)
            {
                writer.Row(("objoid", relation.Oid), ("classoid", ClassCatalogId), ("objsubid", 0),
                    ("description", comment));
            }

            for (int i = 0; i < relation.Columns.Count; i++)
            {
                if (relation.Columns[i].Comment is { } text)
                {
                    writer.Row(("objoid", relation.Oid), ("classoid", ClassCatalogId), ("objsubid", i + 1),
                        ("description", text));
                }
            }
        }
    }

    private static void Settings(SystemContext context, SystemRowWriter writer)
    {
        foreach (var (name, value, description) in context.Settings)
        {
            writer.Row(
                ("name", name), ("setting", value), ("category", "Client Connection Defaults"),
                ("short_desc", description),
                ("context", "user"), ("vartype", "string"), ("source", "default"), ("boot_val", value),
                ("reset_val", value),
                ("pending_restart", false));
        }

        writer.Row(
            ("name", "max_index_keys"), ("setting", "32"), ("category", "Preset Options"),
            ("short_desc", "Columns an index may have."), ("context", "internal"), ("vartype", "integer"),
            ("source", "default"),
            ("boot_val", "32"), ("reset_val", "32"), ("pending_restart", false));
    }
}
