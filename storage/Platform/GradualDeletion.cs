namespace Vectorized.Storage.Platform;

/// <summary>
/// Deletes a large file bit by bit. A file system that gives blocks back to the device within its journal (ext4 with `discard`) holds up
/// everybody's sync meanwhile: 20 ms for 80 MB at once, 1 ms in steps.
/// </summary>
internal static class GradualDeletion
{
    private const long StepBytes = 1 << 20;

    /// <summary>
    /// The caller has made sure that nobody needs the file's bytes, also after a crash: under a name that no reader looks for.
    /// </summary>
    internal static void DeleteGradually(this IFiles files, string path)
    {
        if (files.Length(path) > StepBytes)
        {
            using var file = files.Open(path, FileUse.Write);
            for (long length = file.Length; length > StepBytes;)
            {
                length -= StepBytes;
                file.SetLength(length);

                // Else many steps' blocks go back in one transaction of the journal, and who syncs next waits for all of them.
                file.Sync();
            }
        }

        files.Delete(path);
    }
}
