using Microsoft.AspNetCore.Http;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Objects;

/// <summary>What the S3 client does when the server fails, and what an address says.</summary>
public sealed class S3Tests : IDisposable
{
    private readonly S3Double _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Throttled_ForAWhile_IsTriedAgain()
    {
        using var store = Open();
        int failures = 5;
        _server.Intercept = async (context, _) =>
        {
            if (failures-- <= 0)
            {
                return false;
            }

            await S3Double.Fail(context, failures % 2 == 0 ? 503 : 500, failures % 2 == 0 ? "SlowDown" : "InternalError");
            return true;
        };
        store.Put("a", [1]);
        Assert.Equal([1], store.Get("a"));
        Assert.Equal(7, _server.Requests.Count);
    }

    [Fact]
    public void Throttled_ForGood_IsGivenUp()
    {
        using var store = Open();
        _server.Intercept = async (context, _) =>
        {
            await S3Double.Fail(context, 503, "SlowDown");
            return true;
        };
        var e = Assert.Throws<ObjectStoreException>(() => store.Put("a", [1]));
        Assert.Equal(ObjectErrorKind.Throttled, e.Kind);
        Assert.True(e.IsTransient);
        Assert.Contains("(8 attempts)", e.Message);
    }

    [Fact]
    public void AnswerLost_AfterTheEffect_ConditionFailsOnOnesOwn()
    {
        using var store = Open();
        int times = 1;
        _server.Intercept = async (context, next) =>
        {
            if (times-- != 1)
            {
                return false;
            }

            await next();
            context.Abort();
            return true;
        };
        Assert.Equal(ObjectErrorKind.PreconditionFailed, Assert.Throws<ObjectStoreException>(
            () => store.Put("a", [1], PutCondition.IfAbsent)).Kind);
        Assert.Equal([1], store.Get("a"));
    }

    [Fact]
    public void NoAnswer_WithinTheLimit_IsATimeOutOfUnknownOutcome()
    {
        var address = S3Address.Parse(_server.Address("p", "&timeout_ms=300"), _ => null);
        using var store = new S3ObjectStore(address, new RetryPolicy(Host.System));
        _server.Intercept = async (context, _) =>
        {
            try
            {
                await Task.Delay(30_000, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
            }

            return true;
        };
        var e = Assert.Throws<ObjectStoreException>(() => store.Put("a", [1]));
        Assert.Equal(ObjectErrorKind.TimedOut, e.Kind);
        Assert.True(e.OutcomeIsUnknown);
        Assert.False(Assert.Throws<ObjectStoreException>(() => store.Get("a")).OutcomeIsUnknown);
    }

    [Fact]
    public void Body_CutShort_IsReadAgain()
    {
        using var store = Open();
        byte[] bytes = new byte[100_000];
        store.Put("a", bytes);
        int times = 2;
        _server.Intercept = async (context, _) =>
        {
            if (context.Request.Method != "GET" || times-- <= 0)
            {
                return false;
            }

            bool isPart = context.Request.Headers.ContainsKey("Range");
            context.Response.StatusCode = isPart ? 206 : 200;
            context.Response.ContentLength = isPart ? bytes.Length - 10_000 : bytes.Length;
            await context.Response.Body.WriteAsync(new byte[40_000]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
        Assert.Equal(bytes, store.Get("a"));
        times = 2;
        byte[] part = new byte[90_000];
        store.Read("a", 10_000, part);
    }

    [Fact]
    public void WrongSecret_IsDenied_AndTheMessageHoldsNoSecret()
    {
        string address = _server.Address("p").Replace(S3Double.SecretKey, "CANARYSECRET", StringComparison.Ordinal);
        using var store = ObjectStores.Open(address, Host.System);
        var e = Assert.Throws<ObjectStoreException>(() => store.Get("a"));
        Assert.Equal(ObjectErrorKind.Denied, e.Kind);
        Assert.Contains("SignatureDoesNotMatch", e.Message);
        Assert.DoesNotContain("CANARY", e.ToString());
        Assert.DoesNotContain("CANARY", store.Name);
    }

    [Fact]
    public void NoServer_IsUnavailable()
    {
        var address = S3Address.Parse("s3://b/p?endpoint=http://127.0.0.1:9&access_key=a&secret_key=b", _ => null);
        using var store = new S3ObjectStore(address, new RetryPolicy(Host.System));
        Assert.Equal(ObjectErrorKind.Unavailable, Assert.Throws<ObjectStoreException>(() => store.Get("a")).Kind);
    }

    [Fact]
    public void Upload_SmallOnes_AreOneRequest()
    {
        using var store = Open();
        using (var upload = store.Upload("a"))
        {
            upload.Write(new byte[1 << 20]);
            upload.Commit();
        }

        Assert.Single(_server.Requests);
    }

    [Fact]
    public void Upload_AnswerToItsCompletionLost_IsComplete()
    {
        using var store = Open();
        byte[] bytes = new byte[9 << 20];
        int times = 1;
        _server.Intercept = async (context, next) =>
        {
            if (context.Request.Method != "POST" || !context.Request.Query.ContainsKey("uploadId") || times-- <= 0)
            {
                return false;
            }

            await next();
            context.Abort();
            return true;
        };
        using (var upload = store.Upload("a"))
        {
            upload.Write(bytes);
            upload.Commit();
        }

        Assert.Equal(bytes.Length, store.Head("a")!.Length);
    }

    [Fact]
    public void Address_OptionsAndEnvironment_AreRead()
    {
        var plain = S3Address.Parse("s3://b/x/y/", n => n == "AWS_REGION" ? "eu-west-1" : null);
        Assert.Equal(("b", "x/y/", "eu-west-1", null), (plain.Bucket, plain.Prefix, plain.Region, plain.Endpoint));
        Assert.True(plain is { HasChecksums: true, IsChunked: true, HasQuotedTags: true, IsPathStyle: false });
        var other = S3Address.Parse("s3://b", n => n == "AWS_ENDPOINT_URL_S3" ? "http://x:1" : null);
        Assert.Equal(("", "http://x:1"), (other.Prefix, other.Endpoint));
        Assert.True(other is { HasChecksums: false, IsChunked: false, HasQuotedTags: false, IsPathStyle: true });
        Assert.Equal("a/b", S3Address.Parse("s3://b?secret_key=a%2Fb&access_key=k", _ => null).SecretKey);
        foreach (string wrong in (string[])["s3://", "s3://b?colour=red", "s3://b?chunked=maybe", "s3://b?part_bytes=5", "gs://b"])
        {
            Assert.Throws<ArgumentException>(() => ObjectStores.Open(wrong, Host.System));
        }
    }

    private IObjectStore Open() => ObjectStores.Open(_server.Address("p"), Host.System);
}
