namespace Vectorized.Storage.Platform;

/// <summary>Files and directories. Paths are the platform's. Errors are <see cref="IOException"/>.</summary>
public interface IFiles
{
    bool FileExists(string path);

    bool DirectoryExists(string path);

    void CreateDirectory(string path);

    void Delete(string path);

    /// <summary>Replaces the target in one step (rename).</summary>
    void Move(string from, string to);

    /// <summary>
    /// Renames unless the target exists; of several callers, in any process, one wins. False: it exists. An error:
    /// nothing happened.
    /// </summary>
    bool TryMoveNew(string from, string to);

    /// <summary>Files directly in a directory whose name matches a pattern of * and ?, ordered by name.</summary>
    IReadOnlyList<string> List(string directory, string pattern);

    long Length(string path);

    IFile Open(string path, FileUse use);

    byte[] ReadAll(string path);

    void WriteAll(string path, ReadOnlySpan<byte> bytes);

    /// <summary>Creations, renames and deletions in the directory before are on the device when it returns.</summary>
    void SyncDirectory(string path);

    /// <summary>
    /// Takes the exclusive lock that goes with a file (created when missing) until it is disposed or the process ends;
    /// null: another holds it.
    /// </summary>
    IDisposable? TryLock(string path);

    /// <summary>The directory for files that may vanish.</summary>
    string TemporaryDirectory { get; }

    /// <summary>A file longer than this is deleted in steps of it (<see cref="GradualDeletion"/>).</summary>
    long DeletionStepBytes => GradualDeletion.StepBytes;

    /// <summary>The absolute path with links resolved, for confinement checks.</summary>
    string RealPath(string path);
}

/// <summary>An open file, read and written by position. One writer; any readers.</summary>
public interface IFile : IDisposable
{
    long Length { get; }

    int Read(Span<byte> into, long position);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    void Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>
    /// Everything written before is on the device when it returns. A failure is final: never retried.
    /// </summary>
    void Sync();
}

/// <summary>How a file is opened.</summary>
public enum FileUse
{
    Read,

    /// <summary>Created when missing, kept when present.</summary>
    Write,

    /// <summary>Created; an existing one is an error.</summary>
    CreateNew,
}
