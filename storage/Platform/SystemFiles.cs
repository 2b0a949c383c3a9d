using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vectorized.Storage.Platform;

/// <summary>The machine's file system.</summary>
internal sealed class SystemFiles : IFiles
{
    public string TemporaryDirectory => Path.GetTempPath();

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void Delete(string path) => File.Delete(path);

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public long Length(string path) => new FileInfo(path).Length;

    public byte[] ReadAll(string path) => File.ReadAllBytes(path);

    public void WriteAll(string path, ReadOnlySpan<byte> bytes) => File.WriteAllBytes(path, bytes);

    public IReadOnlyList<string> List(string directory, string pattern)
    {
        string[] files = Directory.GetFiles(directory, pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    public string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        if (!Path.Exists(full))
        {
            string? parent = Path.GetDirectoryName(full);
            return parent is null ? full : Path.Combine(RealPath(parent), Path.GetFileName(full));
        }

        string root = Path.GetPathRoot(full)!;
        string resolved = root;
        foreach (string part in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            FileSystemInfo info = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
            resolved = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? resolved;
        }

        return resolved;
    }

    public IFile Open(string path, FileUse use)
    {
        var mode = use switch
        {
            FileUse.Read => FileMode.Open,
            FileUse.Write => FileMode.OpenOrCreate,
            _ => FileMode.CreateNew,
        };
        var access = use == FileUse.Read ? FileAccess.Read : FileAccess.ReadWrite;
        return new SystemFile(File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete));
    }

    private sealed class SystemFile(SafeFileHandle handle) : IFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> into, long position) => RandomAccess.Read(handle, into, position);

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
