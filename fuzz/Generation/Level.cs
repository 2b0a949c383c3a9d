namespace Vectorized.Fuzz.Generation;

/// <summary>What expressions of one query level may refer to at the moment. One stands on the stack for each enclosing query.</summary>
internal sealed class Level
{
    /// <summary>Columns that may be named now: of FROM, of one join's sides in ON, or the grouping keys.</summary>
    public List<Term> Visible { get; set; } = [];

    /// <summary>Columns that arguments of aggregates may name; null: aggregates may not stand here.</summary>
    public List<Term>? Raw { get; set; }

    /// <summary>Conditions that link the entries of FROM, for WHERE to take.</summary>
    public List<string> Links { get; set; } = [];

    /// <summary>Window functions may stand here.</summary>
    public bool Windows { get; set; }

    /// <summary>
    /// One that tells equal rows apart stands here: with a second one, which value meets which would not be determined.
    /// </summary>
    public bool NumbersRows { get; set; }
}
