using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// Opens the store an address names: a directory, file:///directory, or s3://bucket/prefix?option=value.
/// </summary>
public static class ObjectStores
{
    /// <summary>
    /// An address that cannot be meant is an <see cref="ArgumentException"/>; nothing is asked of the store yet.
    /// </summary>
    public static IObjectStore Open(string address, Host host) => Open(address, host, Environment.GetEnvironmentVariable);

    internal static IObjectStore Open(string address, Host host, Func<string, string?> environment)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal))
        {
            var policy = new RetryPolicy(host);
            return new RetryingObjectStore(new S3ObjectStore(S3Address.Parse(address, environment), policy), policy);
        }

        if (address.StartsWith("file://", StringComparison.Ordinal))
        {
            return new DirectoryObjectStore(host, new Uri(address).LocalPath);
        }

        return address.Contains("://", StringComparison.Ordinal)
            ? throw new ArgumentException($"{address} is no address of a store: a directory, file:///... or s3://...", nameof(address))
            : new DirectoryObjectStore(host, Path.GetFullPath(address));
    }
}
