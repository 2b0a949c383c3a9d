namespace Vectorized.Storage.Objects;

/// <summary>
/// Whole objects under keys, as S3 has them: an object appears at once and complete or not at all, and what a call
/// acknowledged is durable and seen by every later read (listings may lag: nothing may depend on them but a search for
/// garbage). Keys are <see cref="ObjectKeys"/>. Calls block, so callers are threads of their own; any thread, many at a
/// time. Failures are <see cref="ObjectStoreException"/>; when its <see cref="ObjectStoreException.OutcomeIsUnknown"/>
/// says so, a change may or may not have happened.
/// </summary>
public interface IObjectStore : IDisposable
{
    /// <summary>The store in messages: a directory or s3://bucket/prefix; no secrets.</summary>
    string Name { get; }

    /// <summary>A whole object. NotFound: there is none.</summary>
    byte[] Get(string key);

    /// <summary>Fills the span from the object's bytes at an offset. Corrupt: the object ends before.</summary>
    void Read(string key, long offset, Span<byte> into);

    /// <summary>
    /// Length and entity tag; null: there is no such object. A directory reads the object for its tag.
    /// </summary>
    ObjectInfo? Head(string key);

    /// <summary>Writes an object if the condition holds (else PreconditionFailed) and gives its entity tag.</summary>
    string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default);

    /// <summary>Begins an object that is written in pieces and appears at its commit.</summary>
    IObjectUpload Upload(string key);

    /// <summary>
    /// Objects whose key begins with the prefix and has no further '/', in ordinal order, after a key. The prefix holds
    /// the folder, with its '/': "pack/", "pack/00".
    /// </summary>
    ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax);

    /// <summary>Deletes an object; one that is not there is no error.</summary>
    void Delete(string key);

    /// <summary>
    /// Removes what uploads of writers that ended left behind. Only for who knows that nobody else writes any more: an
    /// upload going on elsewhere fails.
    /// </summary>
    void RemoveAbandonedUploads();
}

/// <summary>
/// An object being written. One thread. A failed Write ends it; Commit may be tried again after a transient error.
/// Dispose without a commit aborts.
/// </summary>
public interface IObjectUpload : IDisposable
{
    long BytesWritten { get; }

    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the object appear, complete and durable, if the condition holds.</summary>
    void Commit(PutCondition condition = default);
}

/// <summary>An object's length and entity tag: the tag differs when the bytes do.</summary>
public sealed record ObjectInfo(string Key, long Length, string ETag);

/// <summary>A listed object.</summary>
public readonly record struct ObjectEntry(string Key, long Length);

/// <summary>
/// A page of a listing, in order; <see cref="HasMore"/>: there may be more, go on after the last key.
/// </summary>
public sealed record ObjectPage(IReadOnlyList<ObjectEntry> Entries, bool HasMore)
{
    public const int CountMax = 1000;
}
