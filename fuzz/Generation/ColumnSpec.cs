namespace Vectorized.Fuzz.Generation;

/// <summary>A column of a generated table.</summary>
/// <param name="Name">Unquoted name.</param>
/// <param name="Kind">Type.</param>
/// <param name="Domain">How its values are drawn.</param>
/// <param name="NullShare">Share of NULLs.</param>
internal sealed record ColumnSpec(string Name, Kind Kind, Domain Domain, double NullShare)
{
    /// <summary>The declared type: numeric columns have a precision now and then.</summary>
    public string TypeName { get; init; } = Kind.Name();

    public double Bound => ValueMaker.Bound(Kind, Domain);

    public int Scale => Kind == Kind.Numeric ? 2 : 0;

    public bool Inexact { get; init; }
}

/// <summary>How values of a column are drawn.</summary>
internal enum Domain : byte
{
    /// <summary>A handful of values: joins and groups meet.</summary>
    Tiny,

    /// <summary>Some dozens.</summary>
    Small,

    /// <summary>Ends of the type's range and odd values; nothing is computed with them.</summary>
    Boundary,
}

/// <summary>A generated table or view: what a query may select from.</summary>
/// <param name="Name">Unquoted name.</param>
/// <param name="Columns">Columns in order.</param>
/// <param name="Key">Positions of the primary key's columns; empty: none.</param>
internal sealed record TableSpec(string Name, IReadOnlyList<ColumnSpec> Columns, IReadOnlyList<int> Key)
{
    public bool AppendOnly { get; init; }

    /// <summary>The CREATE TABLE, in our dialect.</summary>
    public string Create()
    {
        var parts = Columns.Select((c, i) => $"{c.Name} {c.TypeName}").ToList();
        if (Key.Count > 0)
        {
            parts.Add($"PRIMARY KEY ({string.Join(", ", Key.Select(k => Columns[k].Name))})");
        }

        return $"CREATE TABLE {Name} ({string.Join(", ", parts)}){(AppendOnly ? " APPEND ONLY" : "")}";
    }
}
