using System.Buffers;

namespace Vectorized.Storage.Objects;

/// <summary>
/// Keys: segments of letters, digits, '.', '_' and '-' parted by '/', none of them beginning with '.': the same on
/// every store, with one order (ordinal).
/// </summary>
internal static class ObjectKeys
{
    private static readonly SearchValues<char> _allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/");

    internal static void Check(string key)
    {
        if (key.Length is 0 or > 512 || !IsPrefix(key) || key[^1] == '/')
        {
            throw new ArgumentException($"\"{key}\" is no key of an object", nameof(key));
        }
    }

    internal static void CheckPrefix(string prefix)
    {
        if (!IsPrefix(prefix))
        {
            throw new ArgumentException($"\"{prefix}\" is no prefix of keys", nameof(prefix));
        }
    }

    /// <summary>The folder with its '/', and the name within.</summary>
    internal static (string Folder, string Name) Split(string key)
    {
        int slash = key.LastIndexOf('/') + 1;
        return (key[..slash], key[slash..]);
    }

    private static bool IsPrefix(string key) => !key.AsSpan().ContainsAnyExcept(_allowed)
        && !key.StartsWith('.') && !key.StartsWith('/')
        && !key.Contains("/.", StringComparison.Ordinal) && !key.Contains("//", StringComparison.Ordinal);
}
