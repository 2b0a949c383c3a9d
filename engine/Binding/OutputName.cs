namespace Vectorized.Engine.Binding;

/// <summary>The name of a select item without alias, by PostgreSQL's rules.</summary>
internal static class OutputName
{
    public const string Unnamed = "?column?";

    public static string Of(Sql.SelectItem item) => item.Alias ?? Name(item.Value).Name ?? Unnamed;

    /// <summary>Strength 2 is a name of the query's, 1 a guess that a stronger one inside replaces.</summary>
    private static (string? Name, int Strength) Name(Sql.Expression expression)
    {
        switch (expression)
        {
            case Sql.ColumnReference e:
                return (e.Name, 2);
            case Sql.FieldAccess e:
                return (e.Field, 2);
            case Sql.Subscript e:
                return Name(e.Operand);
            case Sql.Slice e:
                return Name(e.Operand);
            case Sql.CollateExpression e:
                return Name(e.Operand);
            case Sql.FunctionCall e:
                return (e.Name.Name == "btrim" && e.SqlSyntax ? "btrim" : e.Name.Name, 2);
            case Sql.SqlValueFunction e:
                return (ValueName(e.Value), 2);
            case Sql.CastExpression e:
                var inner = Name(e.Operand);
                return inner.Strength > 1 ? inner : (e.Type.Name.Name, 1);
            case Sql.CaseExpression e:
                var otherwise = e.Else is null ? (null, 0) : Name(e.Else);
                return otherwise.Item2 > 1 ? otherwise : ("case", 1);
            case Sql.ExistsExpression:
                return ("exists", 2);
            case Sql.ArrayExpression or Sql.ArraySubquery:
                return ("array", 2);
            case Sql.RowExpression:
                return ("row", 2);
            case Sql.AtTimeZoneExpression:
                return ("timezone", 2);
            case Sql.ScalarSubquery e:
                return e.Query.Body is Sql.SelectBody { Items.Count: > 0 } select
                    ? (select.Items[0].Alias ?? Name(select.Items[0].Value).Name, 2)
                    : (null, 0);
            default:
                return (null, 0);
        }
    }

    private static string ValueName(Sql.SqlValue value) => value switch
    {
        Sql.SqlValue.CurrentDate => "current_date",
        Sql.SqlValue.CurrentTime => "current_time",
        Sql.SqlValue.CurrentTimestamp => "current_timestamp",
        Sql.SqlValue.LocalTime => "localtime",
        Sql.SqlValue.LocalTimestamp => "localtimestamp",
        Sql.SqlValue.CurrentRole => "current_role",
        Sql.SqlValue.SessionUser => "session_user",
        Sql.SqlValue.User => "user",
        Sql.SqlValue.CurrentCatalog => "current_catalog",
        Sql.SqlValue.CurrentSchema => "current_schema",
        _ => "current_user",
    };
}
