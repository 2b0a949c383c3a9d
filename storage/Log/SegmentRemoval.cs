using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>
/// Deletes a log's segments, the oldest first, each before the next, so that a crash leaves no gap between those that are there. A
/// segment loses its name first, durably: no reader meets half of it. After a failed sync nothing is deleted any more: whether the
/// names are gone is not known then (Rebello et al., 2020). One thread at a time.
/// </summary>
internal sealed class SegmentRemoval(IFiles files, string directory)
{
    private const string CutSuffix = ".cut";

    private string? _broken;

    /// <summary>
    /// Deletes the segments that hold no record above a number, but not the last one. Raises <see cref="StorageException"/> where that
    /// cannot be; the log itself is as good as before.
    /// </summary>
    internal void Cut(ulong number)
    {
        if (_broken is not null)
        {
            throw Failed($"a sync failed ({_broken}); restart the server", null);
        }

        try
        {
            var segments = LogReader.Segments(files, directory);
            for (int i = 0; i + 1 < segments.Count && segments[i + 1].First <= number + 1; i++)
            {
                string cut = segments[i].File + CutSuffix;
                files.Move(segments[i].File, cut);
                Sync(() => files.SyncDirectory(directory));
                files.DeleteGradually(cut, Sync);
            }
        }
        catch (IOException e)
        {
            throw Failed(e.Message, e);
        }
    }

    /// <summary>Deletes what a crash left half deleted.</summary>
    internal void Complete()
    {
        foreach (string cut in files.List(directory, "*" + CutSuffix))
        {
            files.DeleteGradually(cut);
        }
    }

    private void Sync(Action sync)
    {
        try
        {
            sync();
        }
        catch (IOException e)
        {
            _broken = e.Message;
            throw;
        }
    }

    private StorageException Failed(string why, IOException? cause) =>
        new($"the log in {directory} cannot be made shorter: {why}", isTransient: false, cause);
}
