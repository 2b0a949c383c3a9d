using System.Runtime.InteropServices;

namespace Vectorized.Storage.Platform;

/// <summary>
/// Memory straight from the system, in pages: what is given up leaves the process at once, which malloc does not promise (its arenas
/// keep holes, and its threshold for mapped pieces grows with use). Linux maps (mmap(2)); elsewhere the C library allocates and
/// discarding does nothing. Any thread.
/// </summary>
public static unsafe partial class Pages
{
    /// <summary>Granularity of <see cref="Discard"/>.</summary>
    public const int Bytes = 4096;

    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int DontNeed = 4;
    private const int PopulateWrite = 23;
    private const int PopulateBytes = 256 << 10;

    /// <summary>
    /// Zeroed memory that starts at a page; a page behind it can be read, so that a load may pass the end. It counts as resident
    /// once it is touched. Raises <see cref="InsufficientMemoryException"/> when the system has none.
    /// </summary>
    public static byte* Map(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            byte* allocated = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + Bytes), Bytes);
            NativeMemory.Clear(allocated, (nuint)bytes);
            return allocated;
        }

        nint mapped = MapMemory(0, (nuint)(bytes + Bytes), ReadWrite, PrivateAnonymous, -1, 0);
        return mapped != -1
            ? (byte*)mapped
            : throw new InsufficientMemoryException($"the system refuses {bytes} bytes: error {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Gives up what <see cref="Map"/> gave, with the same size. Nobody may use it any more.</summary>
    public static void Unmap(byte* address, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // SAFETY: exactly the range that Map got from the system; a failure would only leave the range mapped.
            _ = UnmapMemory((nint)address, (nuint)(bytes + Bytes));
        }
        else
        {
            NativeMemory.AlignedFree(address);
        }
    }

    /// <summary>Lets the content of whole pages go: the range stays usable and reads as zero (on Linux), but is not resident.</summary>
    public static void Discard(byte* address, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise((nint)address, (nuint)bytes, DontNeed);
        }
    }

    /// <summary>
    /// Makes whole pages resident and writable, so that nobody who writes them waits for it; their content stays. In pieces:
    /// others cannot map meanwhile. Before Linux 5.14, and elsewhere, it does nothing.
    /// </summary>
    public static void Populate(byte* address, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        for (long at = 0; at < bytes; at += PopulateBytes)
        {
            _ = Advise((nint)(address + at), (nuint)Math.Min(PopulateBytes, bytes - at), PopulateWrite);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapMemory(nint address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint bytes, int advice);
}
