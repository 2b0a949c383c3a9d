using System.Buffers;
using Amazon.S3.Model;

namespace Vectorized.Storage.Objects;

/// <summary>
/// An object of a bucket being written. What fits one part is one put; longer ones go in parts, each tried again by
/// itself. One thread.
/// </summary>
internal sealed class S3Upload(S3ObjectStore store, string key) : IObjectUpload
{
    private const int BufferBytesMin = 64 << 10;

    private readonly List<PartETag> _parts = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytesMin);
    private int _buffered;
    private long _sent;
    private string? _upload;
    private bool _ended;

    public long BytesWritten => _sent + _buffered;

    private int PartBytes => store.Address.PartBytes;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        while (bytes.Length > 0)
        {
            if (_buffered == PartBytes)
            {
                SendPart();
            }

            int count = Math.Min(bytes.Length, PartBytes - _buffered);
            EnsureRoom(_buffered + count);
            bytes[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            bytes = bytes[count..];
        }
    }

    public void Commit(PutCondition condition = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (_upload is null)
        {
            store.Put(key, _buffer, _buffered, condition);
        }
        else
        {
            if (_buffered > 0)
            {
                SendPart();
            }

            Complete(_upload, condition);
        }

        _ended = true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        if (!_ended && _upload is not null)
        {
            try
            {
                store.Abort(key, _upload);
            }
            catch (ObjectStoreException)
            {
                // Goes with the next RemoveAbandonedUploads.
            }
        }

        _ended = true;
    }

    private void Complete(string upload, PutCondition condition)
    {
        try
        {
            store.Complete(key, upload, _parts, condition);
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound && IsThere())
        {
            // The upload is gone because an attempt whose answer was lost (the HTTP client, too, sends again) had completed it.
        }
    }

    private bool IsThere() => store.Head(key) is { } found && found.Length == BytesWritten
        && found.ETag.EndsWith($"-{_parts.Count}", StringComparison.Ordinal);

    private void SendPart()
    {
        for (var attempts = store.Parts.Start(); ;)
        {
            try
            {
                _upload ??= store.Begin(key);
                _parts.Add(store.PutPart(key, _upload, _parts.Count + 1, _buffer, _buffered));
                break;
            }
            catch (ObjectStoreException e)
            {
                attempts.PauseOrThrow(e);
            }
        }

        _sent += _buffered;
        _buffered = 0;
    }

    private void EnsureRoom(int bytes)
    {
        if (bytes > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(PartBytes, Math.Max(bytes, 2 * _buffer.Length)));
            _buffer.AsSpan(0, _buffered).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
