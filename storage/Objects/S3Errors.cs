using System.Net;
using Amazon.Runtime;

namespace Vectorized.Storage.Objects;

/// <summary>Failures of the S3 client as those of the port.</summary>
internal static class S3Errors
{
    /// <summary>Null: not a failure of the store.</summary>
    internal static ObjectStoreException? From(Exception cause, string what, bool isChange) => cause switch
    {
        AmazonServiceException { StatusCode: > 0 } e => Answered(e, what, isChange),
        OperationCanceledException or TimeoutException => new ObjectStoreException(
            ObjectErrorKind.TimedOut, $"{what}: no answer within the time limit", cause, isChange),
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException or WebException =>
            new ObjectStoreException(ObjectErrorKind.Unavailable, $"{what}: {Innermost(cause)}", cause, isChange),
        _ => null,
    };

    private static ObjectStoreException Answered(AmazonServiceException e, string what, bool isChange)
    {
        var kind = Kind((int)e.StatusCode, e.ErrorCode);
        string code = string.IsNullOrEmpty(e.ErrorCode) ? e.StatusCode.ToString() : e.ErrorCode;
        bool isUnknown = isChange && ((int)e.StatusCode >= 500 || code == "RequestTimeout");
        return new ObjectStoreException(kind, $"{what}: {(int)e.StatusCode} {code}: {e.Message}", e, isUnknown);
    }

    private static ObjectErrorKind Kind(int status, string? code) => (status, code) switch
    {
        (_, "SlowDown" or "RequestLimitExceeded") or (429, _) => ObjectErrorKind.Throttled,
        (_, "RequestTimeout") or (408 or 504, _) => ObjectErrorKind.TimedOut,
        (_, "BadDigest" or "XAmzContentSHA256Mismatch" or "IncompleteBody") => ObjectErrorKind.Unavailable,
        (_, "ExpiredToken" or "InvalidToken" or "InvalidAccessKeyId") or (401 or 403, _) => ObjectErrorKind.Denied,
        (404, _) => ObjectErrorKind.NotFound,
        (409, _) => ObjectErrorKind.Conflict,
        (412, _) => ObjectErrorKind.PreconditionFailed,
        (416, _) => ObjectErrorKind.Corrupt,
        (507, _) => ObjectErrorKind.Full,
        (501, _) => ObjectErrorKind.Refused,
        ( >= 500, _) => ObjectErrorKind.Unavailable,
        _ => ObjectErrorKind.Refused,
    };

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
