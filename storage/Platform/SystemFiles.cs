using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vectorized.Storage.Platform;

/// <summary>The machine's file system.</summary>
internal sealed partial class SystemFiles : IFiles
{
    private const int OpenReadOnly = 0;
    private const int FileExistsError = 17;

    public string TemporaryDirectory => Path.GetTempPath();

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void Delete(string path) => File.Delete(path);

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public bool TryMoveNew(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(from, to, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(to))
            {
                return false;
            }
        }

        // File.Move looks for the target first and then renames over it: two callers could both win. link(2) cannot.
        if (CreateLink(from, to) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == FileExistsError
                ? false
                : throw new IOException($"{from} cannot become {to}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }

        try
        {
            File.Delete(from);
        }
        catch (IOException)
        {
            // The target is there; the old name is only left over.
        }

        return true;
    }

    public long Length(string path) => new FileInfo(path).Length;

    public byte[] ReadAll(string path) => File.ReadAllBytes(path);

    public void WriteAll(string path, ReadOnlySpan<byte> bytes) => File.WriteAllBytes(path, bytes);

    public void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // .NET opens no directories: the call below is what open(2), fsync(2) and close(2) would be.
        int descriptor = OpenDirectory(path, OpenReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"directory {path} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        }

        int result = SyncDescriptor(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = CloseDescriptor(descriptor);
        if (result != 0)
        {
            throw new IOException($"directory {path} cannot be synced: error {error}");
        }
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            // On Linux FileShare.None is an advisory lock (flock) of the whole file, which ends with the process.
            return File.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

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

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateLink(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);

    private sealed class SystemFile(SafeFileHandle handle) : IFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> into, long position) => RandomAccess.Read(handle, into, position);

        public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Sync() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
