namespace Vectorized.Storage.Objects;

/// <summary>What went wrong at an object store.</summary>
public enum ObjectErrorKind
{
    /// <summary>There is no such object (or bucket).</summary>
    NotFound,

    /// <summary>
    /// The put's condition does not hold. After an attempt with unknown outcome it may be one's own object that stands
    /// there.
    /// </summary>
    PreconditionFailed,

    /// <summary>Another conditional put of the key was under way (409): try again.</summary>
    Conflict,

    /// <summary>The store asks to slow down (503 SlowDown, 429).</summary>
    Throttled,

    /// <summary>The store cannot be reached or failed inside (500, connection lost).</summary>
    Unavailable,

    /// <summary>No answer within the time limit.</summary>
    TimedOut,

    /// <summary>Credentials or permissions.</summary>
    Denied,

    /// <summary>Bytes are not what they should be: short or damaged.</summary>
    Corrupt,

    /// <summary>No space left.</summary>
    Full,

    /// <summary>
    /// The device failed in a way that leaves open what it holds (a failed sync): this store takes no more writes.
    /// </summary>
    Broken,

    /// <summary>The store does not take such a request.</summary>
    Refused,
}

/// <summary>An object store did not do what was asked.</summary>
public sealed class ObjectStoreException(
    ObjectErrorKind kind, string message, Exception? cause = null, bool outcomeIsUnknown = false)
    : StorageException(message, IsWorthRetrying(kind), cause)
{
    public ObjectErrorKind Kind { get; } = kind;

    /// <summary>A change may have happened all the same, or may still happen.</summary>
    public bool OutcomeIsUnknown { get; } = outcomeIsUnknown;

    private static bool IsWorthRetrying(ObjectErrorKind kind) => kind
        is ObjectErrorKind.Conflict or ObjectErrorKind.Throttled or ObjectErrorKind.Unavailable or ObjectErrorKind.TimedOut;
}
