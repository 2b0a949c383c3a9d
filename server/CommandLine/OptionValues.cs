using System.Globalization;

namespace Vectorized.Server.CommandLine;

/// <summary>Values of options: numbers, sizes, addresses.</summary>
internal static class OptionValues
{
    public static int Count(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new UsageException($"a whole number from {min} to {max} is wanted");

    /// <summary>Bytes as `4GiB`, `512MiB`, `1000MB` or a plain number.</summary>
    public static long Bytes(string text)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        double factor = text[digits..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "K" or "KIB" => 1L << 10,
            "M" or "MIB" => 1L << 20,
            "G" or "GIB" => 1L << 30,
            "T" or "TIB" => 1L << 40,
            _ => double.NaN,
        };
        bool isNumber = double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double bytes = number * factor;
        return isNumber && bytes is >= 0 and < 1e18
            ? (long)bytes
            : throw new UsageException("a size is wanted, such as 4GiB or 512MiB");
    }

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
