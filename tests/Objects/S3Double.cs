using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vectorized.Tests.Objects;

/// <summary>
/// An S3 server in this process: path style, put with conditions, ranges, listing, uploads in parts; requests must be
/// signed (<see cref="S3Signature"/>). Fast, and it can be made to fail; that it reads the protocol as others do is
/// shown by the same tests against a real one.
/// </summary>
internal sealed class S3Double : IDisposable
{
    internal const string AccessKey = "double";
    internal const string SecretKey = "doublesecret";
    internal const string Bucket = "bucket";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (byte[] Bytes, string Tag)> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Key, SortedDictionary<int, byte[]> Parts)> _uploads = [];
    private readonly WebApplication _server;

    internal S3Double()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        _server = builder.Build();
        _server.Run(Handle);
        _server.StartAsync().GetAwaiter().GetResult();
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Endpoint = addresses.Addresses.Single();
    }

    internal string Endpoint { get; }

    /// <summary>
    /// Asked before each request; true: it has answered itself. The last argument carries the request out.
    /// </summary>
    internal Func<HttpContext, Func<Task>, Task<bool>>? Intercept { get; set; }

    /// <summary>Requests so far, as METHOD /path?query.</summary>
    internal List<string> Requests { get; } = [];

    internal string Address(string prefix, string options = "") =>
        $"s3://{Bucket}/{prefix}?endpoint={Endpoint}&access_key={AccessKey}&secret_key={SecretKey}{options}";

    public void Dispose() => _server.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task Handle(HttpContext context)
    {
        lock (_gate)
        {
            Requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        }

        if (Intercept is null || !await Intercept(context, () => Answer(context)))
        {
            await Answer(context);
        }
    }

    private async Task Answer(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        byte[] bytes = body.ToArray();
        if (S3Signature.Problem(context.Request, bytes, AccessKey, SecretKey) is { } problem)
        {
            await Fail(context, 403, problem);
            return;
        }

        if (context.Request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING", StringComparison.Ordinal))
        {
            bytes = S3Signature.Unchunked(bytes);
        }

        string path = context.Request.Path.Value!;
        if (!path.StartsWith($"/{Bucket}", StringComparison.Ordinal))
        {
            await Fail(context, 404, "NoSuchBucket");
            return;
        }

        string key = path.Length > Bucket.Length + 2 ? path[(Bucket.Length + 2)..] : "";
        var query = context.Request.Query;
        await ((context.Request.Method, key.Length > 0) switch
        {
            ("GET", false) when query.ContainsKey("uploads") => ListUploads(context),
            ("GET", false) => List(context),
            ("GET", true) or ("HEAD", true) => Get(context, key),
            ("PUT", true) when query.ContainsKey("uploadId") => PutPart(context, bytes),
            ("PUT", true) => Put(context, key, bytes),
            ("POST", true) when query.ContainsKey("uploads") => Begin(context, key),
            ("POST", true) when query.ContainsKey("uploadId") => Complete(context, key),
            ("DELETE", true) when query.ContainsKey("uploadId") => Abort(context),
            ("DELETE", true) => Delete(context, key),
            _ => Fail(context, 501, "NotImplemented"),
        });
    }

    private Task Put(HttpContext context, string key, byte[] bytes)
    {
        lock (_gate)
        {
            if (!Holds(context.Request, key))
            {
                return Fail(context, 412, "PreconditionFailed");
            }

            _objects[key] = (bytes, Tag(bytes));
        }

        context.Response.Headers.ETag = Tag(bytes);
        return Task.CompletedTask;
    }

    private bool Holds(HttpRequest request, string key)
    {
        string match = request.Headers.IfMatch.ToString().Trim('"');
        bool exists = _objects.TryGetValue(key, out var found);
        return !(request.Headers.IfNoneMatch.ToString() == "*" && exists)
            && (match.Length == 0 || (exists && found.Tag.Trim('"') == match));
    }

    private async Task Get(HttpContext context, string key)
    {
        byte[]? bytes;
        string tag;
        lock (_gate)
        {
            (bytes, tag) = _objects.GetValueOrDefault(key);
        }

        if (bytes is null)
        {
            await Fail(context, 404, "NoSuchKey");
            return;
        }

        context.Response.Headers.ETag = tag;
        var answer = bytes.AsMemory();
        if (context.Request.Headers.Range is [{ } range])
        {
            string[] ends = range["bytes=".Length..].Split('-');
            int from = int.Parse(ends[0], CultureInfo.InvariantCulture);
            int to = Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture), bytes.Length - 1);
            if (from >= bytes.Length)
            {
                await Fail(context, 416, "InvalidRange");
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{bytes.Length}";
            answer = answer[from..(to + 1)];
        }

        context.Response.ContentLength = answer.Length;
        if (context.Request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(answer);
        }
    }

    private Task Delete(HttpContext context, string key)
    {
        lock (_gate)
        {
            _objects.Remove(key);
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task List(HttpContext context)
    {
        var query = context.Request.Query;
        string prefix = query["prefix"].ToString();
        string after = query["continuation-token"] is [{ } token] ? token : query["start-after"].ToString();
        int max = query["max-keys"] is [{ } count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1000;
        List<(string Key, int Length)> found;
        lock (_gate)
        {
            found = [.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(o.Key, after) > 0)
                .Where(o => query["delimiter"] != "/" || !o.Key[prefix.Length..].Contains('/', StringComparison.Ordinal))
                .Select(o => (o.Key, o.Value.Bytes.Length)).Take(max + 1)];
        }

        bool isTruncated = found.Count > max;
        return Answer(context, new XElement("ListBucketResult",
            new XElement("IsTruncated", isTruncated),
            isTruncated ? new XElement("NextContinuationToken", found[max - 1].Key) : null,
            found.Take(max).Select(f => new XElement("Contents", new XElement("Key", f.Key), new XElement("Size", f.Length)))));
    }

    private Task Begin(HttpContext context, string key)
    {
        string id = Guid.NewGuid().ToString("n");
        lock (_gate)
        {
            _uploads[id] = (key, []);
        }

        return Answer(context, new XElement("InitiateMultipartUploadResult", new XElement("UploadId", id)));
    }

    private Task PutPart(HttpContext context, byte[] bytes)
    {
        lock (_gate)
        {
            if (!_uploads.TryGetValue(context.Request.Query["uploadId"].ToString(), out var upload))
            {
                return Fail(context, 404, "NoSuchUpload");
            }

            upload.Parts[int.Parse(context.Request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture)] = bytes;
        }

        context.Response.Headers.ETag = Tag(bytes);
        return Task.CompletedTask;
    }

    private Task Complete(HttpContext context, string key)
    {
        string id = context.Request.Query["uploadId"].ToString();
        lock (_gate)
        {
            if (!_uploads.TryGetValue(id, out var upload))
            {
                return Fail(context, 404, "NoSuchUpload");
            }

            if (!Holds(context.Request, key))
            {
                return Fail(context, 412, "PreconditionFailed");
            }

            _uploads.Remove(id);
            byte[] whole = [.. upload.Parts.Values.SelectMany(p => p)];
            _objects[key] = (whole, $"{Tag(whole)[..^1]}-{upload.Parts.Count}\"");
        }

        return Answer(context, new XElement("CompleteMultipartUploadResult", new XElement("ETag", "\"parts\"")));
    }

    private Task Abort(HttpContext context)
    {
        lock (_gate)
        {
            _uploads.Remove(context.Request.Query["uploadId"].ToString());
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task ListUploads(HttpContext context)
    {
        string prefix = context.Request.Query["prefix"].ToString();
        lock (_gate)
        {
            return Answer(context, new XElement("ListMultipartUploadsResult",
                new XElement("IsTruncated", false),
                _uploads.Where(u => u.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(
                    u => new XElement("Upload", new XElement("Key", u.Value.Key), new XElement("UploadId", u.Key)))));
        }
    }

    /// <summary>
    /// Clients compare a tag that looks like one with the body's MD5; an object put in parts has another kind.
    /// </summary>
#pragma warning disable CA5351 // The protocol's.
    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";
#pragma warning restore CA5351

    private static Task Answer(HttpContext context, XElement xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml.ToString(SaveOptions.DisableFormatting));
    }

    internal static Task Fail(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : Answer(context, new XElement("Error", new XElement("Code", code), new XElement("Message", code)));
    }
}
