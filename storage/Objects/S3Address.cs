using System.Globalization;

namespace Vectorized.Storage.Objects;

/// <summary>
/// s3://bucket/prefix?option=value&amp;...: where the objects are and how the store is spoken to. Options: endpoint,
/// region, access_key, secret_key, session_token, path_style, checksums (supported | required), chunked, quoted_tags,
/// timeout_ms, part_bytes. Without them the usual AWS variables hold (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL,
/// AWS_REGION, AWS_DEFAULT_REGION; credentials as the SDK finds them). With an endpoint of one's own the defaults are
/// what stores other than AWS understand: path style, checksums only where required, no chunked signing, entity tags
/// without quotes.
/// </summary>
internal sealed record S3Address
{
    internal required string Bucket { get; init; }

    /// <summary>Empty, or ends with '/'.</summary>
    internal required string Prefix { get; init; }

    internal string? Endpoint { get; init; }

    internal string Region { get; init; } = "us-east-1";

    internal string? AccessKey { get; init; }

    internal string? SecretKey { get; init; }

    internal string? SessionToken { get; init; }

    internal bool IsPathStyle { get; init; }

    /// <summary>Checksums whenever the store may know them, not only where a request must have one.</summary>
    internal bool HasChecksums { get; init; }

    internal bool IsChunked { get; init; }

    internal bool HasQuotedTags { get; init; }

    /// <summary>Time limit of a request, besides what its bytes take at 1 MiB a second.</summary>
    internal int TimeoutMs { get; init; } = 15_000;

    /// <summary>An upload longer than this goes in parts of this length (S3 wants at least 5 MiB).</summary>
    internal int PartBytes { get; init; } = 8 << 20;

    /// <summary>The address in messages: no options, so no secrets.</summary>
    internal string Name => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    internal static S3Address Parse(string address, Func<string, string?> environment)
    {
        int question = address.IndexOf('?', StringComparison.Ordinal);
        string path = (question < 0 ? address : address[..question])["s3://".Length..];
        var options = Options(question < 0 ? "" : address[(question + 1)..]);
        string? Take(string name) => options.Remove(name, out string? value) ? value : null;

        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string bucket = slash < 0 ? path : path[..slash];
        string prefix = slash < 0 ? "" : path[(slash + 1)..].Trim('/');
        string? endpoint = Take("endpoint") ?? environment("AWS_ENDPOINT_URL_S3") ?? environment("AWS_ENDPOINT_URL");
        bool isForeign = endpoint is not null;
        var parsed = new S3Address
        {
            Bucket = bucket.Length > 0 ? bucket : throw new ArgumentException("an s3:// address names a bucket", nameof(address)),
            Prefix = prefix.Length == 0 ? "" : prefix + "/",
            Endpoint = endpoint,
            Region = Take("region") ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION") ?? "us-east-1",
            AccessKey = Take("access_key"),
            SecretKey = Take("secret_key"),
            SessionToken = Take("session_token"),
            IsPathStyle = Flag("path_style", Take("path_style"), isForeign),
            HasChecksums = Take("checksums") switch
            {
                null => !isForeign,
                "supported" => true,
                "required" => false,
                _ => throw new ArgumentException("option checksums is supported or required", nameof(address)),
            },
            IsChunked = Flag("chunked", Take("chunked"), !isForeign),
            HasQuotedTags = Flag("quoted_tags", Take("quoted_tags"), !isForeign),
            TimeoutMs = Number("timeout_ms", Take("timeout_ms"), 15_000, 1),
            PartBytes = Number("part_bytes", Take("part_bytes"), 8 << 20, 5 << 20),
        };
        return options.Count == 0
            ? parsed
            : throw new ArgumentException($"an s3:// address has no option {options.Keys.First()}", nameof(address));
    }

    private static Dictionary<string, string> Options(string query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string option in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            options[name] = equals < 0 ? "true" : Uri.UnescapeDataString(option[(equals + 1)..]);
        }

        return options;
    }

    private static bool Flag(string name, string? value, bool otherwise) => value switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        _ => throw new ArgumentException($"option {name} is true or false, not {value}"),
    };

    private static int Number(string name, string? value, int otherwise, int min) =>
        value is null ? otherwise
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min ? number
        : throw new ArgumentException($"option {name} is a number from {min}, not {value}");
}
