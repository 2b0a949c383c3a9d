using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// Objects in a bucket under a prefix, by the AWS SDK. Each request has a time limit; the SDK's own retries are off, so
/// that <see cref="RetryingObjectStore"/> sees every attempt. Answers are checked to be as long as announced. Any
/// thread.
/// </summary>
internal sealed class S3ObjectStore : IObjectStore
{
    private const int CopyBytes = 64 << 10;
    private const int BytesPerMs = 1 << 10;

    private readonly AmazonS3Client _client;

    internal S3ObjectStore(S3Address address, RetryPolicy parts)
    {
        Address = address;
        Parts = parts;
        var config = new AmazonS3Config
        {
            ForcePathStyle = address.IsPathStyle,
            MaxErrorRetry = 0,
            Timeout = TimeSpan.FromMilliseconds(address.TimeoutMs) + TimeSpan.FromHours(1),
            RequestChecksumCalculation = address.HasChecksums
                ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = address.HasChecksums
                ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (address.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = address.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(address.Region);
        }

        _client = address switch
        {
            { AccessKey: { } key, SecretKey: { } secret, SessionToken: { } token } =>
                new AmazonS3Client(new SessionAWSCredentials(key, secret, token), config),
            { AccessKey: { } key, SecretKey: { } secret } => new AmazonS3Client(new BasicAWSCredentials(key, secret), config),
            _ => new AmazonS3Client(config),
        };
    }

    public string Name => Address.Name;

    internal S3Address Address { get; }

    /// <summary>How parts of an upload are tried again.</summary>
    internal RetryPolicy Parts { get; }

    public byte[] Get(string key)
    {
        var request = new GetObjectRequest { BucketName = Address.Bucket, Key = KeyOf(key) };
        return Call("get", key, false, 0, async stop =>
        {
            using var response = await _client.GetObjectAsync(request, stop).ConfigureAwait(false);
            byte[] bytes = new byte[response.ContentLength];
            await Fill(response.ResponseStream, bytes, stop).ConfigureAwait(false);
            return bytes;
        });
    }

    public void Read(string key, long offset, Span<byte> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        int length = into.Length;
        var request = new GetObjectRequest
        {
            BucketName = Address.Bucket,
            Key = KeyOf(key),
            ByteRange = new ByteRange(offset, offset + length - 1),
        };
        byte[] bytes = new byte[length];
        Call("read", key, false, length, async stop =>
        {
            using var response = await _client.GetObjectAsync(request, stop).ConfigureAwait(false);
            if (response.ContentLength != length)
            {
                throw new ObjectStoreException(
                    ObjectErrorKind.Corrupt, $"{Name}/{key}: {length} bytes from {offset} are due, {response.ContentLength} are there");
            }

            await Fill(response.ResponseStream, bytes, stop).ConfigureAwait(false);
            return 0;
        });
        bytes.CopyTo(into);
    }

    public ObjectInfo? Head(string key)
    {
        var request = new GetObjectMetadataRequest { BucketName = Address.Bucket, Key = KeyOf(key) };
        try
        {
            return Call("look at", key, false, 0, async stop =>
            {
                var response = await _client.GetObjectMetadataAsync(request, stop).ConfigureAwait(false);
                return new ObjectInfo(key, response.ContentLength, Tag(response.ETag));
            });
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
        {
            return null;
        }
    }

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        byte[] copy = bytes.ToArray();
        return Put(key, copy, copy.Length, condition);
    }

    public IObjectUpload Upload(string key)
    {
        ObjectKeys.Check(key);
        return new S3Upload(this, key);
    }

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax)
    {
        ObjectKeys.CheckPrefix(prefix);
        var request = new ListObjectsV2Request
        {
            BucketName = Address.Bucket,
            Prefix = Address.Prefix + prefix,
            StartAfter = after.Length == 0 ? null : Address.Prefix + after,
            Delimiter = "/",
            MaxKeys = countMax,
        };
        var entries = new List<ObjectEntry>();
        while (true)
        {
            var response = Call("list", prefix, false, 0, stop => _client.ListObjectsV2Async(request, stop));
            foreach (var found in response.S3Objects ?? [])
            {
                entries.Add(new ObjectEntry(found.Key[Address.Prefix.Length..], found.Size ?? 0));
            }

            bool hasMore = response.IsTruncated ?? false;
            if (entries.Count > 0 || !hasMore)
            {
                return new ObjectPage(entries, hasMore);
            }

            request.ContinuationToken = response.NextContinuationToken;
        }
    }

    public void Delete(string key)
    {
        var request = new DeleteObjectRequest { BucketName = Address.Bucket, Key = KeyOf(key) };
        Call("delete", key, true, 0, stop => _client.DeleteObjectAsync(request, stop));
    }

    public void RemoveAbandonedUploads()
    {
        var request = new ListMultipartUploadsRequest { BucketName = Address.Bucket, Prefix = Address.Prefix };
        while (true)
        {
            var page = Call("list uploads of", "", false, 0, stop => _client.ListMultipartUploadsAsync(request, stop));
            foreach (var upload in page.MultipartUploads ?? [])
            {
                Abort(upload.Key[Address.Prefix.Length..], upload.UploadId);
            }

            if (page.IsTruncated is not true)
            {
                return;
            }

            request.KeyMarker = page.NextKeyMarker;
            request.UploadIdMarker = page.NextUploadIdMarker;
        }
    }

    public void Dispose() => _client.Dispose();

    internal string Put(string key, byte[] bytes, int length, PutCondition condition)
    {
        return Call("put", key, true, length, async stop =>
        {
            using var body = new MemoryStream(bytes, 0, length, writable: false);
            var request = new PutObjectRequest
            {
                BucketName = Address.Bucket,
                Key = KeyOf(key),
                InputStream = body,
                AutoCloseStream = false,
                UseChunkEncoding = Address.IsChunked,
                IfNoneMatch = condition.IsAbsent ? "*" : null,
                IfMatch = Sent(condition.Tag),
            };
            return Tag((await _client.PutObjectAsync(request, stop).ConfigureAwait(false)).ETag);
        });
    }

    internal string Begin(string key)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = Address.Bucket, Key = KeyOf(key) };
        return Call("begin", key, false, 0, stop => _client.InitiateMultipartUploadAsync(request, stop)).UploadId;
    }

    internal PartETag PutPart(string key, string upload, int number, byte[] bytes, int length)
    {
        return Call("put a part of", key, false, length, async stop =>
        {
            using var body = new MemoryStream(bytes, 0, length, writable: false);
            var request = new UploadPartRequest
            {
                BucketName = Address.Bucket,
                Key = KeyOf(key),
                UploadId = upload,
                PartNumber = number,
                PartSize = length,
                InputStream = body,
                UseChunkEncoding = Address.IsChunked,
            };
            var response = await _client.UploadPartAsync(request, stop).ConfigureAwait(false);
            return new PartETag(response);
        });
    }

    internal void Complete(string key, string upload, List<PartETag> parts, PutCondition condition)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = Address.Bucket,
            Key = KeyOf(key),
            UploadId = upload,
            PartETags = parts,
            IfNoneMatch = condition.IsAbsent ? "*" : null,
            IfMatch = Sent(condition.Tag),
        };
        Call("complete", key, true, 0, stop => _client.CompleteMultipartUploadAsync(request, stop));
    }

    internal void Abort(string key, string upload)
    {
        var request = new AbortMultipartUploadRequest { BucketName = Address.Bucket, Key = KeyOf(key), UploadId = upload };
        try
        {
            Call("abort", key, true, 0, stop => _client.AbortMultipartUploadAsync(request, stop));
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
        {
            // It ended meanwhile.
        }
    }

    private static async Task Fill(Stream stream, byte[] bytes, CancellationToken stop)
    {
        for (int at = 0; at < bytes.Length;)
        {
            var rest = bytes.AsMemory(at, Math.Min(CopyBytes, bytes.Length - at));
            int count = await stream.ReadAsync(rest, stop).ConfigureAwait(false);
            at += count > 0 ? count : throw new IOException($"the answer ends after {at} of {bytes.Length} bytes");
        }
    }

    private static string Tag(string? sent) => (sent ?? "").Trim('"');

    private string? Sent(string? tag) => tag is not null && Address.HasQuotedTags ? $"\"{tag}\"" : tag;

    private string KeyOf(string key)
    {
        ObjectKeys.Check(key);
        return Address.Prefix + key;
    }

    private T Call<T>(string verb, string key, bool isChange, long bytes, Func<CancellationToken, Task<T>> call)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(Address.TimeoutMs + (bytes / BytesPerMs)));
        try
        {
            return call(stop.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (S3Errors.From(e, $"cannot {verb} {Name}/{key}", isChange) is not null)
        {
            throw S3Errors.From(e, $"cannot {verb} {Name}/{key}", isChange)!;
        }
    }
}
