namespace Vectorized.Engine.Binding;

/// <summary>
/// Registered functions that syntax stands for without naming them; operators are called by their symbol ("+", "~~").
/// What is missing from the registry is refused by name where the syntax is used.
/// </summary>
public static class BuiltinNames
{
    /// <summary>not(boolean).</summary>
    public const string Not = "not";

    /// <summary>a IS [NOT] DISTINCT FROM b, over two values of one type.</summary>
    public const string IsDistinct = "is_distinct";

    public const string IsNotDistinct = "is_not_distinct";

    /// <summary>ARRAY[a, b, ...]: variadic over one type, result its list.</summary>
    public const string Array = "array";

    /// <summary>a[i]: (list, int4), (jsonb, int4), (jsonb, varchar), (map, key).</summary>
    public const string Subscript = "array_access";

    /// <summary>a[i:j]: (list, int4, int4); a missing bound is NULL.</summary>
    public const string Slice = "array_slice";

    /// <summary>ROW(a, b, ...): variadic over any types, result a struct.</summary>
    public const string Row = "row";

    /// <summary>(struct).field: (struct, int4) with the 1-based field number; the binder gives the result type.</summary>
    public const string Field = "field";

    /// <summary>x = ANY (array): (element, list).</summary>
    public const string AnyPrefix = "any ";

    /// <summary>x op ALL (array): "all =" and so on.</summary>
    public const string AllPrefix = "all ";

    /// <summary>LIKE ... ESCAPE e turns the pattern into one with backslashes: like_escape(pattern, escape).</summary>
    public const string LikeEscape = "like_escape";

    /// <summary>SIMILAR TO turns its pattern into a regular expression: similar_to_escape(pattern[, escape]).</summary>
    public const string SimilarEscape = "similar_to_escape";

    /// <summary>x AT TIME ZONE z: timezone(z, x).</summary>
    public const string AtTimeZone = "timezone";

    /// <summary>False where a scalar subquery has one row or none, given how many; more than one are error 21000.</summary>
    public const string SeveralRows = "_several_rows";

    public const string NullIf = "nullif";

    /// <summary>The value that stands for a float's bucket in approx_percentile.</summary>
    public const string PercentileBucket = "_percentile_bucket";

    /// <summary>MAP {k: v}: the keys and the values as lists.</summary>
    public const string MapFromKeyValues = "map_from_key_values";

    /// <summary>x IS JSON kind: (text or bytes, the kind in small letters).</summary>
    public const string IsJson = "is_json";
}
