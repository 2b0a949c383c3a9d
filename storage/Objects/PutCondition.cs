namespace Vectorized.Storage.Objects;

/// <summary>
/// What must hold for a put (RFC 9110, section 13): nothing, no such object, or the object with an entity tag.
/// </summary>
public readonly record struct PutCondition
{
    private PutCondition(bool isAbsent, string? tag)
    {
        IsAbsent = isAbsent;
        Tag = tag;
    }

    /// <summary>Unconditional.</summary>
    public static PutCondition None => default;

    /// <summary>If-None-Match: *. Of any number of racers exactly one wins.</summary>
    public static PutCondition IfAbsent { get; } = new(true, null);

    public bool IsAbsent { get; }

    /// <summary>The entity tag the object must have; null: any.</summary>
    public string? Tag { get; }

    /// <summary>If-Match.</summary>
    public static PutCondition IfMatch(string tag) => new(false, tag);
}
