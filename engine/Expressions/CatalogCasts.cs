using System.Text;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// regclass, regtype, regproc and regnamespace: names to oids and back through the statement's catalog. Text that is a
/// number is that oid; a name nobody has is an error; an oid without a name prints as the number.
/// </summary>
internal static class CatalogCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to)
    {
        if (from.IsText && IsReg(to))
        {
            return new CastKernel(Parse, CanFail: true, DependsOnSession: true);
        }

        return IsReg(from) && to.IsText ? new CastKernel(Format, CanFail: false, DependsOnSession: true) : null;
    }

    private static bool IsReg(SqlType type) =>
        type.Id is TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace;

    private static void Parse(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var source = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Values<uint>()[row] = Resolve(Encoding.UTF8.GetString(source[row]), result.Type, context.Session);
        }
    }

    private static void Format(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var oids = new FixedColumn<uint>(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            string text = oids[row] == 0 ? "-" : NameOf(oids[row], arguments[0].Type, context.Session) ?? oids[row].ToString();
            result.Views[row] = context.Arena.AddString(Encoding.UTF8.GetBytes(text));
        }
    }

    private static uint Resolve(string name, SqlType type, SessionValues session)
    {
        string trimmed = name.Trim();
        if (trimmed == "-")
        {
            return 0;
        }

        if (uint.TryParse(trimmed, out uint number))
        {
            return number;
        }

        var catalog = session.Catalog;
        switch (type.Id)
        {
            case TypeId.RegClass:
                return catalog?.RelationOid(trimmed, session.SearchPath)
                    ?? throw new SqlException(SqlState.UndefinedTable, $"relation \"{trimmed}\" does not exist");
            case TypeId.RegNamespace:
                return catalog?.SchemaOid(Unquote(trimmed))
                    ?? throw new SqlException(SqlState.InvalidSchemaName, $"schema \"{trimmed}\" does not exist");
            case TypeId.RegType:
                return CatalogNames.TypeOid(trimmed) ?? catalog?.TypeOid(trimmed)
                    ?? throw new SqlException(SqlState.UndefinedObject, $"type \"{trimmed}\" does not exist");
            default:
                return catalog?.FunctionOid(Unqualified(trimmed))
                    ?? throw new SqlException(SqlState.UndefinedFunction, $"function \"{trimmed}\" does not exist");
        }
    }

    private static string? NameOf(uint oid, SqlType type, SessionValues session) => type.Id switch
    {
        TypeId.RegClass => session.Catalog?.RelationName(oid, session.SearchPath),
        TypeId.RegNamespace => session.Catalog?.SchemaName(oid),
        TypeId.RegType => CatalogNames.TypeName(oid, typeModifier: -1) ?? session.Catalog?.TypeName(oid),
        _ => session.Catalog?.FunctionName(oid),
    };

    private static string Unqualified(string name) =>
        Unquote(name.StartsWith("pg_catalog.", StringComparison.OrdinalIgnoreCase) ? name["pg_catalog.".Length..] : name);

    private static string Unquote(string name) =>
        name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"") : name.ToLowerInvariant();
}
