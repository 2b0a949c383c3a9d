using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Functions over the catalog snapshot of the statement: definitions, names, visibility, comments. An oid nobody has gives
/// NULL, as PostgreSQL's do.
/// </summary>
internal static class CatalogFunctions
{
    private static readonly SqlType[] _byOid = [SqlType.Oid];

    /// <summary>Found without its schema's name, but kept out of clients' lists of the user's relations.</summary>
    private static readonly Lazy<HashSet<uint>> _rwCatalog = new(() =>
        [.. SystemRelations.All.Where(r => r.Schema == "rw_catalog").Select(r => r.Oid)]);

    /// <summary>Text for an oid and further arguments of a row, or null.</summary>
    private delegate string? OidText(ICatalogFunctions? catalog, SessionValues session, uint oid, ReadOnlySpan<Vector> arguments, int row);

    internal static void Register(FunctionFamily family)
    {
        Text(family, "format_type", [SqlType.Oid, SqlType.Int32], FormatType, strict: false);
        Text(family, "pg_get_userbyid", _byOid, static (c, _, oid, _, _) => c?.UserName(oid) ?? $"unknown (OID={oid})", SqlType.Name);
        OidText view = static (c, _, oid, _, _) => c?.ViewDefinition(oid);
        Text(family, "pg_get_viewdef", _byOid, view);
        Text(family, "pg_get_viewdef", [SqlType.Oid, SqlType.Boolean], view);
        Text(family, "pg_get_viewdef", [SqlType.Oid, SqlType.Int32], view);
        family.Add("pg_get_viewdef", [SqlType.Varchar], SqlType.Varchar, ViewByName, nullFree: false, volatility: Volatility.Stable);
        family.Add(
            "pg_get_viewdef", [SqlType.Varchar, SqlType.Boolean], SqlType.Varchar, ViewByName, nullFree: false,
            volatility: Volatility.Stable);
        Text(family, "pg_get_indexdef", _byOid, static (c, _, oid, _, _) => c?.IndexDefinition(oid, 0));
        Text(
            family, "pg_get_indexdef", [SqlType.Oid, SqlType.Int32, SqlType.Boolean],
            static (c, _, oid, a, row) => c?.IndexDefinition(oid, a[1].Value<int>(row)));
        OidText constraint = static (c, _, oid, _, _) => c?.ConstraintDefinition(oid);
        Text(family, "pg_get_constraintdef", _byOid, constraint);
        Text(family, "pg_get_constraintdef", [SqlType.Oid, SqlType.Boolean], constraint);
        Text(family, "obj_description", _byOid, static (c, _, oid, _, _) => c?.Description(oid, "pg_class", 0));
        Text(
            family, "obj_description", [SqlType.Oid, SqlType.Varchar],
            static (c, _, oid, a, row) => c?.Description(oid, TextOf(a[1], row), 0));
        Text(
            family, "shobj_description", [SqlType.Oid, SqlType.Varchar],
            static (c, _, oid, a, row) => c?.Description(oid, TextOf(a[1], row), 0));
        Text(
            family, "col_description", [SqlType.Oid, SqlType.Int32],
            static (c, _, oid, a, row) => a[1].Value<int>(row) is > 0 and var column ? c?.Description(oid, "pg_class", column) : null);
        family.Add(
            "pg_table_is_visible", _byOid, SqlType.Boolean,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                foreach (int row in c.Active.Rows(n))
                {
                    uint oid = a[0].Value<uint>(row);
                    bool visible = c.Session.Catalog?.IsRelationVisible(oid, c.Session.SearchPath) ?? true;
                    Bitmap.Put(r.Bits, row, visible && !_rwCatalog.Value.Contains(oid));
                }
            },
            canFail: false, volatility: Volatility.Stable);
        Text(family, "pg_get_function_sqlbody", _byOid, static (_, _, _, _, _) => null);
        Expression(family, SqlType.Varchar);
        family.Add(
            "pg_get_serial_sequence", [SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, SessionFunctions.Nothing, canFail: false,
            nullFree: false, volatility: Volatility.Stable);
        Relation(family, "to_regclass", SqlType.RegClass, static (c, name) => c.Session.Catalog?.RelationOid(name, c.Session.SearchPath));
        Relation(family, "to_regtype", SqlType.RegType, static (c, name) => CatalogNames.TypeOid(name) ?? c.Session.Catalog?.TypeOid(name));
        Relation(family, "to_regnamespace", SqlType.RegNamespace, static (c, name) => c.Session.Catalog?.SchemaOid(name));
        Relation(family, "to_regproc", SqlType.RegProc, static (c, name) => c.Session.Catalog?.FunctionOid(name));
    }

    internal static string TextOf(in Vector vector, int row) => Encoding.UTF8.GetString(vector.Bytes(row));

    private static void Text(
        FunctionFamily family, string name, SqlType[] parameters, OidText text, SqlType? result = null, bool strict = true) => family.Add(
            name, parameters, result ?? SqlType.Varchar,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                if (!strict)
                {
                    r.AddValidity(c.Arena);
                }

                foreach (int row in c.Active.Rows(n))
                {
                    string? value = a[0].IsValid(row)
                        ? text(c.Session.Catalog, c.Session, a[0].Value<uint>(row), a, row) : null;
                    Put(c, value, row, ref r);
                }
            },
            nullFree: false, strict: strict, volatility: Volatility.Stable);

    internal static void Put(EvaluationContext context, string? value, int row, ref Vector result)
    {
        if (value is null)
        {
            Bitmap.Clear(result.Validity, row);
        }
        else
        {
            result.Views[row] = context.Arena.AddString(Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>format_type(oid, NULL) is without modifier; an unknown oid is ???.</summary>
    private static string FormatType(ICatalogFunctions? catalog, SessionValues session, uint oid, ReadOnlySpan<Vector> arguments, int row)
    {
        int modifier = arguments[1].IsValid(row) ? arguments[1].Value<int>(row) : -1;
        return oid == 0 ? "-" : CatalogNames.TypeName(oid, modifier) ?? catalog?.TypeName(oid) ?? "???";
    }

    private static void ViewByName(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            string name = TextOf(arguments[0], row);
            uint oid = context.Session.Catalog?.RelationOid(name, context.Session.SearchPath)
                ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist");
            Put(context, context.Session.Catalog.ViewDefinition(oid), row, ref result);
        }
    }

    /// <summary>pg_get_expr: stored expressions stand in the catalog as text already.</summary>
    private static void Expression(FunctionFamily family, SqlType type)
    {
        ScalarKernel same = static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            foreach (int row in c.Active.Rows(n))
            {
                r.Views[row] = texts.View(row);
            }
        };
        family.Add("pg_get_expr", [type, SqlType.Oid], SqlType.Varchar, same, canFail: false);
        family.Add("pg_get_expr", [type, SqlType.Oid, SqlType.Boolean], SqlType.Varchar, same, canFail: false);
    }

    private static void Relation(
        FunctionFamily family, string name, SqlType result, Func<EvaluationContext, string, uint?> find) => family.Add(
        name, [SqlType.Varchar], result,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            foreach (int row in c.Active.Rows(n))
            {
                if (find(c, TextOf(a[0], row)) is { } oid)
                {
                    r.Values<uint>()[row] = oid;
                }
                else
                {
                    Bitmap.Clear(r.Validity, row);
                }
            }
        },
        canFail: false, nullFree: false, volatility: Volatility.Stable);
}
