using System.Buffers;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// An object of a directory being written: a file under `.upload` until its commit. It is synced every <see cref="SyncBytes"/>: a file
/// system writes such data before it completes anybody's sync, and the log's would wait for all of it.
/// </summary>
internal sealed class DirectoryUpload(DirectoryObjectStore store, IFiles files, string key, string path, string temporary)
    : IObjectUpload
{
    private const int BufferBytes = 128 << 10;
    private const int SyncBytes = 1 << 20;

    private readonly IFile _file = files.Open(temporary, FileUse.CreateNew);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _buffered;
    private long _flushed;
    private long _synced;
    private bool _ended;

    public long BytesWritten => _flushed + _buffered;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (bytes.Length > BufferBytes - _buffered)
        {
            Flush();
        }

        if (bytes.Length >= BufferBytes)
        {
            WriteThrough(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    public void Commit(PutCondition condition = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        Flush();
        try
        {
            store.Sync(_file.Sync);
            store.Publish(temporary, key, path, condition);
            _file.Dispose();
            _ended = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw store.Failed("write", key, e);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        if (_ended)
        {
            return;
        }

        _ended = true;
        _file.Dispose();
        try
        {
            if (files.FileExists(temporary))
            {
                files.Delete(temporary);
            }
        }
        catch (IOException)
        {
            // Goes with the next RemoveAbandonedUploads.
        }
    }

    private void Flush()
    {
        if (_buffered > 0)
        {
            int count = _buffered;
            _buffered = 0;
            WriteThrough(_buffer.AsSpan(0, count));
        }
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(bytes, _flushed);
            _flushed += bytes.Length;
            if (_flushed - _synced >= SyncBytes)
            {
                store.Sync(_file.Sync);
                _synced = _flushed;
            }
        }
        catch (IOException e)
        {
            throw store.Failed("write", key, e);
        }
    }
}
