using System.Globalization;
using Vectorized.Engine.Budget;
using Vectorized.Engine.Serving;

namespace Vectorized.Server.CommandLine;

/// <summary>Values of options: numbers, sizes, addresses.</summary>
internal static class OptionValues
{
    public static int Count(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new UsageException($"a whole number from {min} to {max} is wanted");

    /// <summary>Bytes as `4GiB`, `512MiB`, `1000MB` or a plain number.</summary>
    public static long Bytes(string text) =>
        MemorySize.TryParse(text) ?? throw new UsageException("a size is wanted, such as 4GiB or 512MiB");

    /// <summary>A memory limit: a size that a server can live with.</summary>
    public static long MemoryBytes(string text) => Bytes(text) is >= Database.MemoryBytesMin and var bytes
        ? bytes
        : throw new UsageException($"at least {MemorySize.Format(Database.MemoryBytesMin)} is needed");

    /// <summary>`HOST:PORT`, `[IPv6]:PORT` or `:PORT` (loopback).</summary>
    public static ListenAddress Address(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
        {
            throw new UsageException("HOST:PORT is wanted, such as 127.0.0.1:4566 (port 0: any free one)");
        }

        string host = text[..colon];
        return new ListenAddress(host.Length == 0 ? "127.0.0.1" : host.Trim('[', ']'), port);
    }
}

/// <summary>Where to listen.</summary>
internal readonly record struct ListenAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
