using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>A log that is never to be read again, though nobody may want to lose its bytes.</summary>
public static class VoidLog
{
    /// <summary>Moves the segments into another directory, durably; again after a crash it moves the rest.</summary>
    public static void SetAside(IFiles files, string directory, string aside)
    {
        var segments = LogReader.Segments(files, directory);
        if (segments.Count == 0)
        {
            return;
        }

        files.CreateDirectory(aside);
        files.SyncDirectory(Path.GetDirectoryName(aside)!);
        foreach (var (file, _) in segments)
        {
            files.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        }

        files.SyncDirectory(aside);
        files.SyncDirectory(directory);
    }
}
