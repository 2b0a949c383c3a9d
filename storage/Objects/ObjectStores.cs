using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// Opens the store an address names: a directory, file:///directory, or s3://bucket/prefix?option=value.
/// </summary>
public static class ObjectStores
{
    public static IObjectStore Open(string address, Host host)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal))
        {
            throw new NotSupportedException("s3:// is not built yet");
        }

        string directory = address.StartsWith("file://", StringComparison.Ordinal) ? new Uri(address).LocalPath : address;
        return new DirectoryObjectStore(host, directory);
    }
}
