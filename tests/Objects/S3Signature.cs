using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Vectorized.Tests.Objects;

/// <summary>
/// Checks a request's signature in its headers (AWS Signature Version 4) and takes a body out of its aws-chunked frames
/// (their own signatures are not looked at).
/// </summary>
internal static class S3Signature
{
    /// <summary>The error code of a request that is not signed as it should be, or null.</summary>
    internal static string? Problem(HttpRequest request, byte[] body, string accessKey, string secretKey)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return "AccessDenied";
        }

        var parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(',').Select(p => p.Trim().Split('=', 2))
            .ToDictionary(p => p[0], p => p[1]);
        string[] scope = parts["Credential"].Split('/');
        if (scope[0] != accessKey)
        {
            return "InvalidAccessKeyId";
        }

        string payload = request.Headers["x-amz-content-sha256"].ToString();
        if (payload.Length == 64 && payload != Convert.ToHexStringLower(SHA256.HashData(body)))
        {
            return "XAmzContentSHA256Mismatch";
        }

        string target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? target : target[..question];
        var query = (question < 0 ? "" : target[(question + 1)..]).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(q => q.Contains('=', StringComparison.Ordinal) ? q : q + "=").Order(StringComparer.Ordinal);
        string[] signed = parts["SignedHeaders"].Split(';');
        string headers = string.Concat(signed.Select(h => $"{h}:{request.Headers[h].ToString().Trim()}\n"));
        string canonical = $"{request.Method}\n{path}\n{string.Join('&', query)}\n{headers}\n{parts["SignedHeaders"]}\n{payload}";
        string toSign = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{string.Join('/', scope[1..])}\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (string step in scope[1..])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) == parts["Signature"]
            ? null : "SignatureDoesNotMatch";
    }

    internal static byte[] Unchunked(ReadOnlySpan<byte> body)
    {
        var bytes = new List<byte>();
        while (true)
        {
            int end = body.IndexOf("\r\n"u8);
            string head = Encoding.ASCII.GetString(body[..end]);
            int length = Convert.ToInt32(head.Split(';')[0], 16);
            if (length == 0)
            {
                return [.. bytes];
            }

            bytes.AddRange(body.Slice(end + 2, length));
            body = body[(end + 2 + length + 2)..];
        }
    }
}
