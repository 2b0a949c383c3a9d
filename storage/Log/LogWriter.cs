using System.Buffers;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>
/// Appends records to a log's last segment: <see cref="Begin"/>, the payload through <see cref="IBufferWriter{T}"/>,
/// <see cref="End"/>; <see cref="Sync"/> makes all ended records durable at once. A payload of any size passes through one
/// buffer. After a failed write or sync nothing more is accepted: what reached the device is unknown, and a sync tried again
/// would lie (Rebello et al., "Can Applications Recover from fsync Failures?", 2020). One thread.
/// </summary>
public sealed class LogWriter : ILogWriter
{
    /// <summary>A segment this long is closed and the next one opened.</summary>
    public const long SegmentBytesMax = 64 << 20;

    private const int BufferBytesMin = 64 << 10;

    private readonly IFiles _files;
    private readonly string _directory;
    private readonly ulong _databaseId;
    private readonly long _segmentBytesMax;
    private readonly SegmentRemoval _removal;
    private IFile? _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytesMin);
    private int _buffered;
    private long _written;
    private long _recordStart;
    private long _payloadBytes;
    private uint _payloadChecksum;
    private int _unchecked;
    private bool _failed;

    /// <summary>Goes on behind what a reader found: <see cref="LogReader.Next"/> and its end.</summary>
    public LogWriter(
        IFiles files, string directory, ulong databaseId, ulong nextNumber, LogEnd? end, long segmentBytesMax = SegmentBytesMax)
    {
        _files = files;
        _directory = directory;
        _databaseId = databaseId;
        _segmentBytesMax = segmentBytesMax;
        _removal = new SegmentRemoval(files, directory);
        NextNumber = nextNumber;
        DurableNumber = nextNumber - 1;
        RemoveStaleSegments(end);
        if (end is { } place)
        {
            _file = Reopened(place);
            _written = place.Bytes;
        }
    }

    /// <summary>The number the next record gets.</summary>
    public ulong NextNumber { get; private set; }

    /// <summary>The last record a sync has covered.</summary>
    public ulong DurableNumber { get; private set; }

    /// <summary>Bytes appended since the writer was opened.</summary>
    public long BytesAppended { get; private set; }

    /// <summary>Deletes the segments that hold no record above a number, but not the one being written.</summary>
    public void Cut(ulong number) => _removal.Cut(number);

    public void Begin()
    {
        ObjectDisposedException.ThrowIf(_failed, this);
        if (_file is null || _written + _buffered >= _segmentBytesMax)
        {
            StartSegment();
        }

        _recordStart = _written + _buffered;
        _payloadBytes = 0;
        _payloadChecksum = 0;
        EnsureRoom(LogFormat.RecordHeadBytes);
        _buffer.AsSpan(_buffered, LogFormat.RecordHeadBytes).Clear();
        _buffered += LogFormat.RecordHeadBytes;
        _unchecked = _buffered;
    }

    public void Advance(int count)
    {
        _buffered += count;
        _payloadBytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_buffered);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Completes the record begun and gives its number.</summary>
    public ulong End()
    {
        CheckPayload();
        var head = new LogRecordHead(_payloadBytes, NextNumber, DurableNumber, _payloadChecksum);
        if (_recordStart >= _written)
        {
            LogFormat.WriteRecordHead(_buffer.AsSpan((int)(_recordStart - _written)), head);
        }
        else
        {
            Span<byte> bytes = stackalloc byte[LogFormat.RecordHeadBytes];
            LogFormat.WriteRecordHead(bytes, head);
            Write(bytes, _recordStart);
        }

        BytesAppended += LogFormat.RecordHeadBytes + _payloadBytes;
        return NextNumber++;
    }

    /// <summary>Makes every ended record durable.</summary>
    public void Sync()
    {
        if (NextNumber - 1 == DurableNumber)
        {
            return;
        }

        Flush();
        SyncFile();
        DurableNumber = NextNumber - 1;
    }

    public void Dispose()
    {
        _failed = true;
        _file?.Dispose();
        _file = null;
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
    }

    /// <summary>
    /// Segments a crash left without a record: while one stands behind the segment written on, a torn record there would not look
    /// like the log's end. Those it left half deleted go as well, and all where the log begins anew.
    /// </summary>
    private void RemoveStaleSegments(LogEnd? end)
    {
        try
        {
            // Where the state is newer than the log, all its records are covered: what begins anew does not stand behind a gap.
            foreach (var (file, _) in LogReader.Segments(_files, _directory)
                .Where(s => end is null || (s.First >= NextNumber && s.File != end?.File)))
            {
                _files.Delete(file);
                _files.SyncDirectory(_directory);
            }

            _removal.Complete();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private IFile Reopened(LogEnd place)
    {
        try
        {
            var file = _files.Open(place.File, FileUse.Write);
            if (file.Length != place.Bytes)
            {
                // What a crash tore: written, never acknowledged.
                file.SetLength(place.Bytes);
            }

            // A process may have died between a write and its sync, or before the segment's name was durable: what was read
            // back is about to be shown, and must not go with the machine's power afterwards.
            file.Sync();
            _files.SyncDirectory(_directory);
            return file;
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private void StartSegment()
    {
        if (_file is not null)
        {
            Flush();
            SyncFile();
            DurableNumber = NextNumber - 1;
            _file.Dispose();
        }

        string path = Path.Combine(_directory, LogFormat.FileName(NextNumber));
        try
        {
            // A file of this name can only be one whose first record never came.
            if (_files.FileExists(path))
            {
                _files.Delete(path);
            }

            _file = _files.Open(path, FileUse.CreateNew);
            _written = 0;
            _buffered = 0;
            Span<byte> head = stackalloc byte[LogFormat.SegmentHeadBytes];
            LogFormat.WriteSegmentHead(head, _databaseId, NextNumber);
            Write(head, 0);
            _written = head.Length;
            SyncFile();
            _files.SyncDirectory(_directory);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private void EnsureRoom(int bytes)
    {
        if (_buffer.Length - _buffered >= bytes)
        {
            return;
        }

        CheckPayload();
        Flush();
        if (_buffer.Length < bytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }

    /// <summary>Takes the buffered payload bytes into the checksum.</summary>
    private void CheckPayload()
    {
        _payloadChecksum = Crc32C.Append(_payloadChecksum, _buffer.AsSpan(_unchecked, _buffered - _unchecked));
        _unchecked = _buffered;
    }

    private void Flush()
    {
        Write(_buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
        _unchecked = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            _file!.Write(bytes, position);
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private void SyncFile()
    {
        try
        {
            _file!.Sync();
        }
        catch (IOException e)
        {
            throw Failed(e);
        }
    }

    private StorageException Failed(IOException e)
    {
        _failed = true;
        return new StorageException($"the log in {_directory} cannot be written: {e.Message}", isTransient: false, e);
    }
}
