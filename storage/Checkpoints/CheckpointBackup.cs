using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Copies the newest checkpoint of one store to another that holds none: the packs it refers to, then the manifest as a
/// seed (<see cref="Manifest"/>), which whoever opens the copy first makes a database of its own of. The source may be
/// in use meanwhile.
/// </summary>
public static class CheckpointBackup
{
    private const int TriesMax = 20;
    private const int PieceBytes = 1 << 20;

    /// <summary>The state that was copied. Every run is verified on its way.</summary>
    public static CheckpointState Copy(IObjectStore source, IObjectStore target, Host host)
    {
        if (ManifestReading.Load(target, host, CheckpointRules.Right) is not null)
        {
            throw new StorageException($"{target.Name} holds a database already; a backup goes into an empty store", isTransient: false);
        }

        for (int tries = 1; ; tries++)
        {
            var state = ManifestReading.Load(source, host, CheckpointRules.Right)?.State
                ?? throw new StorageException($"{source.Name} holds no database", isTransient: false);
            try
            {
                CopyPacks(source, target, state);
            }
            catch (Exception e) when (tries < TriesMax && IsOfTheContents(e))
            {
                // The writer goes on, and may have deleted what its newer checkpoint does not need.
                if (ManifestReading.Load(source, host, CheckpointRules.Right)?.State.Sequence == state.Sequence)
                {
                    throw;
                }

                continue;
            }

            var seed = Seed(state);
            target.Put(ManifestCodec.Key(seed.Sequence), ManifestCodec.Encode(seed), PutCondition.IfAbsent);
            return state;
        }
    }

    /// <summary>The manifest 0 that holds a state as the beginning of a new database.</summary>
    internal static Manifest Seed(CheckpointState state) => new()
    {
        DatabaseId = 0,
        Sequence = 0,
        Base = 0,
        Term = state.Term,
        WriterId = 0,
        Attempt = 0,
        HostName = "",
        Durability = CheckpointDurability.Store,
        Tick = state.Tick,
        Root = state.Root,
        Changes = [.. state.Structures.OrderBy(s => s.Key, StringComparer.Ordinal).Select(
            s => new StructureChange(StructureChangeKind.Replace, s.Key, s.Value.Schema, s.Value.Runs))],
        Packs = [.. state.Packs.OrderBy(p => p.Key)],
    };

    private static bool IsOfTheContents(Exception e) => e is CorruptionException
        || e is ObjectStoreException { Kind: ObjectErrorKind.NotFound or ObjectErrorKind.Corrupt };

    private static void CopyPacks(IObjectStore source, IObjectStore target, CheckpointState state)
    {
        foreach (var (pack, length) in state.Packs.OrderBy(p => p.Key))
        {
            if (target.Head(PackFormat.Key(pack))?.Length != length)
            {
                CopyPack(source, target, pack, length);
            }
        }

        if (CheckpointCheck.Verify(target, state).Problems is [var problem, ..])
        {
            throw new CorruptionException(problem);
        }
    }

    private static void CopyPack(IObjectStore source, IObjectStore target, long pack, long length)
    {
        using var upload = target.Upload(PackFormat.Key(pack));
        byte[] piece = new byte[Math.Min(PieceBytes, length)];
        for (long at = 0; at < length; at += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, length - at));
            source.Read(PackFormat.Key(pack), at, part);
            upload.Write(part);
        }

        upload.Commit();
    }
}
