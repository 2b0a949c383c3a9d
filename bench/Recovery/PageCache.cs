using System.Runtime.InteropServices;

namespace Vectorized.Bench.Recovery;

/// <summary>Puts a directory's files out of memory, as they are for a process that starts after the machine did.</summary>
internal static partial class PageCache
{
    private const int NotNeeded = 4;

    /// <summary>Syncs every file, then drops its pages; gives the files' bytes together.</summary>
    internal static long Drop(string directory)
    {
        long bytes = 0;
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(file);
            bytes += RandomAccess.GetLength(file);
            int error = Advise((int)file.DangerousGetHandle(), 0, 0, NotNeeded);
            if (error != 0)
            {
                throw new ArgumentException($"the pages of {path} cannot be dropped: error {error}");
            }
        }

        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
