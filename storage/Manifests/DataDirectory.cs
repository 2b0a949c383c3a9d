using System.Globalization;
using System.Text.Json;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Manifests;

/// <summary>
/// A server's data directory: `LOCK` (held while open: one server at a time), `database.json` (who the database is: format,
/// id, seed of its key hashes), `log/` (segments of tick records), `writers` (<see cref="WriterList"/>) where the state stands
/// elsewhere. Owned by whoever opened it.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    /// <summary>The newest format of a directory that this program reads and writes.</summary>
    public const int Format = 1;

    /// <summary>The directory of checkpoints in a data directory.</summary>
    public const string StateName = "state";

    private const string IdentityName = "database.json";

    private readonly IDisposable _lock;

    private DataDirectory(string path, ulong databaseId, ulong hashSeed, IDisposable held)
    {
        Path = path;
        DatabaseId = databaseId;
        HashSeed = hashSeed;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Where checkpoints stand, unless an object store elsewhere holds them.</summary>
    public string StatePath => System.IO.Path.Combine(Path, StateName);

    public string LogPath => System.IO.Path.Combine(Path, "log");

    public ulong DatabaseId { get; }

    /// <summary>Seed of every key hash: chosen once, for runs on disk are ordered by it.</summary>
    public ulong HashSeed { get; }

    /// <summary>
    /// Opens or creates the directory. Raises <see cref="StorageException"/> when another server holds it or it cannot be
    /// written, <see cref="CorruptionException"/> when what stands there is not ours to read; nothing is touched then.
    /// </summary>
    /// <param name="files">The platform's.</param>
    /// <param name="path">The directory.</param>
    /// <param name="random">Gives a new database its id and seed.</param>
    /// <param name="hashSeed">A new database's seed; null: random.</param>
    /// <param name="databaseId">A new database's id, where its state is known already; null: random.</param>
    public static DataDirectory Open(
        IFiles files, string path, IRandomSource random, ulong? hashSeed = null, ulong? databaseId = null)
    {
        try
        {
            files.CreateDirectory(path);
            var held = files.TryLock(System.IO.Path.Combine(path, "LOCK")) ?? throw new StorageException(
                $"data directory {path} is in use by another server: stop that one first, or choose another directory",
                isTransient: true);
            try
            {
                return OpenLocked(files, path, random, hashSeed, databaseId, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"data directory {path} cannot be used: {e.Message}", isTransient: false, e);
        }
    }

    /// <summary>Reads who the database is; null: there is none.</summary>
    public static (ulong DatabaseId, ulong HashSeed)? ReadIdentity(IFiles files, string path)
    {
        string file = System.IO.Path.Combine(path, IdentityName);
        if (!files.FileExists(file))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(files.ReadAll(file));
            int format = json.RootElement.GetProperty("format").GetInt32();
            if (format != Format)
            {
                throw new CorruptionException(
                    $"{file} says format {format}; this program reads format {Format} and leaves the directory untouched");
            }

            ulong id = ReadHex(json.RootElement, "id");
            ulong seed = ReadHex(json.RootElement, "hashSeed");
            return (uint)json.RootElement.GetProperty("check").GetInt64() == Check(id, seed)
                ? (id, seed)
                : throw new CorruptionException($"{file}: the check over id and hashSeed does not agree with them");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CorruptionException($"{file} is damaged: {e.Message}");
        }
        catch (IOException e)
        {
            throw new StorageException($"{file} cannot be read: {e.Message}", isTransient: false, e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static DataDirectory OpenLocked(
        IFiles files, string path, IRandomSource random, ulong? hashSeed, ulong? databaseId, IDisposable held)
    {
        if (ReadIdentity(files, path) is not { } identity)
        {
            identity = (databaseId ?? random.NextUInt64(), hashSeed ?? random.NextUInt64());
            if (databaseId is not null)
            {
                // It has nobody's log.
                WriterList.Write(files, path, []);
            }

            WriteIdentity(files, path, identity.DatabaseId, identity.HashSeed);
        }

        var directory = new DataDirectory(path, identity.DatabaseId, identity.HashSeed, held);
        files.CreateDirectory(directory.LogPath);
        files.SyncDirectory(path);
        return directory;
    }

    private static void WriteIdentity(IFiles files, string path, ulong id, ulong seed)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["format"] = Format,
            ["id"] = id.ToString("x16", CultureInfo.InvariantCulture),
            ["hashSeed"] = seed.ToString("x16", CultureInfo.InvariantCulture),
            ["check"] = Check(id, seed),
        });
        DurableFile.Replace(files, path, IdentityName, text);
    }

    private static uint Check(ulong id, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, id);
        BitConverter.TryWriteBytes(bytes[8..], seed);
        return Crc32C.Of(bytes);
    }

    private static ulong ReadHex(JsonElement json, string name) =>
        ulong.Parse(json.GetProperty(name).GetString() ?? "", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
