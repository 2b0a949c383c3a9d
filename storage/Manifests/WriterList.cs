using System.Globalization;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Manifests;

/// <summary>
/// `writers` in a data directory: the writer ids of this directory's openings of a state that stands elsewhere, one a line in hex,
/// the latest last, and a check. An id is here before a manifest can bear it, so the state's newest manifest tells whether this
/// directory's log goes on from it, whatever the machine is called now.
/// </summary>
public static class WriterList
{
    private const string Name = "writers";

    /// <summary>Null: the directory has no list, as those of before there was one.</summary>
    public static IReadOnlyList<ulong>? Read(IFiles files, string directory)
    {
        string path = Path.Combine(directory, Name);
        if (!files.FileExists(path))
        {
            return null;
        }

        byte[] bytes = files.ReadAll(path);
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var ids = new List<ulong>();
        foreach (string line in lines)
        {
            ids.Add(ulong.TryParse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? id : throw Damaged(path));
        }

        if (ids.Count == 0 || ids[^1] != Check(ids[..^1]))
        {
            throw Damaged(path);
        }

        ids.RemoveAt(ids.Count - 1);
        return ids;
    }

    public static void Write(IFiles files, string directory, IReadOnlyList<ulong> ids)
    {
        string text = string.Concat(ids.Append(Check(ids)).Select(id => id.ToString("x16", CultureInfo.InvariantCulture) + "\n"));
        DurableFile.Replace(files, directory, Name, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static ulong Check(IReadOnlyList<ulong> ids)
    {
        byte[] bytes = [.. ids.SelectMany(BitConverter.GetBytes)];
        return Crc32C.Of(bytes);
    }

    private static CorruptionException Damaged(string path) => new($"{path} is damaged: it does not agree with its check");
}
