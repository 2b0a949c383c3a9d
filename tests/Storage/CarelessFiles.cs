using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Storage;

/// <summary>Files that leave out what they are asked for, or run out of space.</summary>
internal sealed class CarelessFiles(IFiles inner) : IFiles
{
    private const int NoSpace = 28;

    /// <summary>Syncs of files do nothing.</summary>
    internal bool SkipsFileSync { get; init; }

    /// <summary>Syncs of directories do nothing.</summary>
    internal bool SkipsDirectorySync { get; init; }

    /// <summary>Writes fail for want of space.</summary>
    internal bool IsFull { get; set; }

    public string TemporaryDirectory => inner.TemporaryDirectory;

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void Delete(string path) => inner.Delete(path);

    public void Move(string from, string to) => inner.Move(from, to);

    public bool TryMoveNew(string from, string to) => inner.TryMoveNew(from, to);

    public IReadOnlyList<string> List(string directory, string pattern) => inner.List(directory, pattern);

    public long Length(string path) => inner.Length(path);

    public IFile Open(string path, FileUse use) => new CarelessFile(this, inner.Open(path, use));

    public byte[] ReadAll(string path) => inner.ReadAll(path);

    public void WriteAll(string path, ReadOnlySpan<byte> bytes) => inner.WriteAll(path, bytes);

    public void SyncDirectory(string path)
    {
        if (!SkipsDirectorySync)
        {
            inner.SyncDirectory(path);
        }
    }

    public IDisposable? TryLock(string path) => inner.TryLock(path);

    public string RealPath(string path) => inner.RealPath(path);

    private sealed class CarelessFile(CarelessFiles files, IFile inner) : IFile
    {
        public long Length => inner.Length;

        public int Read(Span<byte> into, long position) => inner.Read(into, position);

        public void SetLength(long length) => inner.SetLength(length);

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            if (files.IsFull)
            {
                throw new IOException("simulated: no space left on device", NoSpace);
            }

            inner.Write(bytes, position);
        }

        public void Sync()
        {
            if (!files.SkipsFileSync)
            {
                inner.Sync();
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
