using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Whether a data directory's log goes on from a state that stands elsewhere. It does where the state was written last from this
/// directory; else another has gone on from a checkpoint with records of its own under the same numbers, and the log here is void:
/// it is set aside before this directory writes to the state, and never executed. One opening.
/// </summary>
internal sealed class LogLineage(Host host, DataDirectory directory, string hostName)
{
    private IReadOnlyList<ulong>? _writers = InDirectory(directory, () => WriterList.Read(host.Files, directory.Path));

    /// <summary>This opening's.</summary>
    internal ulong WriterId { get; } = host.Random.NextUInt64();

    /// <summary>A directory without a list is known by its machine's name.</summary>
    internal bool Continues(CheckpointState state) => _writers?.Contains(state.WriterId) ?? state.HostName == hostName;

    /// <summary>This opening is about to write to the state.</summary>
    internal void Take(CheckpointState state)
    {
        bool isNew = state.DatabaseId == 0;
        bool goesOn = isNew || Continues(state);
        // A put of a later one of these may still arrive: then that one has written last.
        var later = _writers?.SkipWhile(w => w != state.WriterId && !isNew) ?? [];
        IReadOnlyList<ulong> writers = [.. later.Append(WriterId).Distinct()];
        _writers = InDirectory(directory, () =>
        {
            if (!goesOn)
            {
                string aside = System.IO.Path.Combine(directory.Path, $"log-given-up-{state.Sequence}");
                VoidLog.SetAside(host.Files, directory.LogPath, aside);
            }

            WriterList.Write(host.Files, directory.Path, writers);
            return writers;
        });
    }

    private static T InDirectory<T>(DataDirectory directory, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException e)
        {
            throw new StorageException($"data directory {directory.Path} cannot be used: {e.Message}", isTransient: false, e);
        }
    }
}
