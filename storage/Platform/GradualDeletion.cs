namespace Vectorized.Storage.Platform;

/// <summary>
/// Deletes a large file bit by bit. A file system that gives blocks back to the device within its journal (ext4 with `discard`) holds up
/// everybody's sync meanwhile: 20 ms for 80 MB at once, 1 ms in steps.
/// </summary>
internal static class GradualDeletion
{
    /// <summary>The usual <see cref="IFiles.DeletionStepBytes"/>.</summary>
    internal const long StepBytes = 1 << 20;

    /// <summary>
    /// The caller has made sure that nobody needs the file's bytes, also after a crash: under a name that no reader looks for.
    /// </summary>
    /// <param name="files">The platform's.</param>
    /// <param name="path">The file.</param>
    /// <param name="syncing">Runs each sync: for who must know that it was one that failed. Null: its error is raised as it is.</param>
    internal static void DeleteGradually(this IFiles files, string path, Action<Action>? syncing = null)
    {
        long step = files.DeletionStepBytes;
        if (files.Length(path) > step)
        {
            using var file = files.Open(path, FileUse.Write);
            for (long length = file.Length; length > step;)
            {
                length -= step;
                file.SetLength(length);

                // Else many steps' blocks go back in one transaction of the journal, and who syncs next waits for all of them.
                if (syncing is null)
                {
                    file.Sync();
                }
                else
                {
                    syncing(file.Sync);
                }
            }
        }

        files.Delete(path);
    }
}
