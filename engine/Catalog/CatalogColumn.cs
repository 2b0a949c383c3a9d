using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// A column of a relation. Expressions stand as SQL text and are bound when they are used; a column's position in the
/// relation is what plans name, so columns are only ever added at the end (a dropped one stays, hidden and NULL).
/// </summary>
public sealed record CatalogColumn(string Name, SqlType Type)
{
    public bool NotNull { get; init; }

    /// <summary>Not part of `*` and not to be written: the row id of a relation without primary key, a view's extra key.</summary>
    public bool Hidden { get; init; }

    public bool Dropped { get; init; }

    /// <summary>DEFAULT as SQL text.</summary>
    public string? DefaultText { get; init; }

    /// <summary>The expression of a computed column as SQL text; such a column cannot be written.</summary>
    public string? GeneratedText { get; init; }

    public string? Comment { get; init; }

    public bool IsVisible => !Hidden && !Dropped;
}

/// <summary>WATERMARK FOR column AS expression.</summary>
/// <param name="Column">Position in the relation.</param>
/// <param name="Expression">SQL text over the relation's columns.</param>
/// <param name="WithTtl">Rows behind the watermark may be forgotten.</param>
public sealed record CatalogWatermark(int Column, string Expression, bool WithTtl);

/// <summary>INCLUDE kind AS column: metadata of the upstream message kept in a column.</summary>
public sealed record CatalogInclude(string Kind, string? InnerField, int Column);

/// <summary>How a source or table is fed from outside. Option names are lower case.</summary>
public sealed record CatalogConnector
{
    /// <summary>WITH (...).</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>FORMAT, in lower case; null when not said.</summary>
    public string? Format { get; init; }

    public string? Encode { get; init; }

    public IReadOnlyDictionary<string, string> FormatOptions { get; init; } = new Dictionary<string, string>();

    public string? KeyEncode { get; init; }

    public IReadOnlyDictionary<string, string> KeyOptions { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<CatalogInclude> Includes { get; init; } = [];

    /// <summary>FROM source TABLE 'x': the shared change-data source and the upstream table.</summary>
    public int? SharedSourceId { get; init; }

    public string? ExternalTable { get; init; }

    /// <summary>The `connector` option, or null (a webhook or plain table).</summary>
    public string? Name => Options.GetValueOrDefault("connector");
}
