using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Type names as written to types.</summary>
internal static class TypeResolver
{
    /// <summary>Names PostgreSQL's catalogs use that are other types here.</summary>
    private static readonly Dictionary<string, SqlType> _catalogTypes = new(StringComparer.Ordinal)
    {
        ["char"] = SqlType.InternalChar,
        ["cstring"] = SqlType.Varchar,
        ["xid"] = SqlType.Oid,
        ["cid"] = SqlType.Oid,
        ["sql_identifier"] = SqlType.Name,
        ["character_data"] = SqlType.Varchar,
        ["yes_or_no"] = SqlType.Varchar,
        ["cardinal_number"] = SqlType.Int32,
        ["time_stamp"] = SqlType.TimestampTz,
    };

    private static readonly string[] _wellKnown =
    [
        "bigint", "boolean", "bytea", "date", "double precision", "int", "integer", "interval", "jsonb", "numeric",
        "real",
        "smallint", "text", "time", "timestamp", "timestamptz", "uuid", "varchar",
    ];

    /// <summary>The type of a bare name such as `int4`, or null.</summary>
    public static SqlType? Find(string name) => _catalogTypes.GetValueOrDefault(name)
        ?? (name is "serial" or "bigserial" ? null : TypeNames.Find(name, []))
        ?? (name.Length > 1 && name[0] == '_' && Find(name[1..]) is { } element ? SqlType.ListOf(element) : null);

    public static SqlType Resolve(Sql.TypeName name, BindContext context)
    {
        var type = Scalar(name, context);
        if (name.SetOf)
        {
            throw context.Unsupported("SETOF types", name.Position);
        }

        for (int i = 0; i < name.ArrayDimensions; i++)
        {
            type = SqlType.ListOf(type);
        }

        return type;
    }

    private static SqlType Scalar(Sql.TypeName name, BindContext context)
    {
        string bare = name.Name.Name;
        if (name.Name.Schema is { } schema && schema is not ("pg_catalog" or "information_schema"))
        {
            throw Unknown(string.Join('.', name.Name.Parts), context, name.Position);
        }

        if (bare == "struct" && name.Fields.Count > 0)
        {
            return SqlType.StructOf(new StructFields([.. name.Fields.Select(f => (f.Name, Resolve(f.Type, context)))]));
        }

        if (bare == "map" && name.TypeArguments.Count == 2)
        {
            return SqlType.MapOf(Resolve(name.TypeArguments[0], context), Resolve(name.TypeArguments[1], context));
        }

        try
        {
            var type = name.Modifiers.Count == 0
                ? Find(bare)
                : TypeNames.Find(bare, name.Modifiers.Select(m => Modifier(m, context)).ToArray());
            return type ?? throw Unknown(bare, context, name.Position);
        }
        catch (SqlException e) when (e.Position == 0 && name.Position > 0)
        {
            throw context.Error(e.SqlState, e.Message, name.Position, e.Hint, e.Detail);
        }
    }

    private static int Modifier(Sql.Expression expression, BindContext context) =>
        expression is Sql.NumberLiteral number && int.TryParse(number.Text, out int value)
            ? value
            : expression is Sql.UnaryExpression { Operator.Symbol: "-", Operand: Sql.NumberLiteral negated }
                && int.TryParse(negated.Text, out int minus)
                ? -minus
                : throw context.Error(
                    SqlState.SyntaxError, "type modifiers must be simple constants or identifiers",
                    expression.Position);

    private static SqlException Unknown(string name, BindContext context, int position) => context.Error(
        SqlState.UndefinedObject, $"type \"{name}\" does not exist", position,
        Suggestions.Hint(name, _wellKnown));
}
