using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Manifests;

/// <summary>A small file that is replaced as a whole: after a crash it is the old one or the new one.</summary>
internal static class DurableFile
{
    /// <summary>Returns once the new bytes are durable under the name.</summary>
    internal static void Replace(IFiles files, string directory, string name, ReadOnlySpan<byte> bytes)
    {
        string temporary = Path.Combine(directory, name + ".new");
        if (files.FileExists(temporary))
        {
            files.Delete(temporary);
        }

        using (var file = files.Open(temporary, FileUse.CreateNew))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        files.Move(temporary, Path.Combine(directory, name));
        files.SyncDirectory(directory);
    }
}
