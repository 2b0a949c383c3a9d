using System.Buffers;
using System.Globalization;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>
/// Reads a log's records in order from a number on. Where a record is broken the log ends if nothing behind it proves that
/// it had been acknowledged: no later record says so, no later segment exists. Otherwise it is corruption and is raised as
/// such: an acknowledged record is never skipped. One thread.
/// </summary>
public sealed class LogReader(IFiles files, string directory, ulong databaseId)
{
    private const int ReadBytes = 1 << 20;

    /// <summary>The number behind the last good record, once all have been read.</summary>
    public ulong Next { get; private set; } = 1;

    /// <summary>
    /// Where writing goes on, or null while there is no segment, or the last one ends before the number that was asked for: the
    /// state is newer than the log, which then begins anew.
    /// </summary>
    public LogEnd? End { get; private set; }

    /// <summary>Bytes behind the end that a crash had left torn.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Segments in order: their files and the numbers in their names.</summary>
    internal static IReadOnlyList<(string File, ulong First)> Segments(IFiles files, string directory) =>
    [
        .. files.List(directory, LogFormat.Pattern)
            .Select(f => (f, ulong.Parse(Path.GetFileNameWithoutExtension(f), CultureInfo.InvariantCulture))),
    ];

    /// <summary>
    /// Every record from a number on (null: from the first that is there); the payload is valid until the next one is asked for.
    /// </summary>
    public IEnumerable<LogRecord> Read(ulong? first = null)
    {
        var segments = Segments(files, directory);
        ulong from = first ?? (segments.Count == 0 ? 1 : segments[0].First);
        int start = 0;
        while (start + 1 < segments.Count && segments[start + 1].First <= from)
        {
            start++;
        }

        Next = from;
        for (int i = start; i < segments.Count; i++)
        {
            bool isLast = i + 1 == segments.Count;
            foreach (var record in ReadSegment(segments[i].File, segments[i].First, from, isLast, isFirst: i == start))
            {
                yield return record;
            }
        }
    }

    private IEnumerable<LogRecord> ReadSegment(string path, ulong named, ulong from, bool isLast, bool isFirst)
    {
        using var file = Opened(path);
        byte[] head = new byte[LogFormat.SegmentHeadBytes];
        if (ReadFull(file, head, 0) < head.Length && isLast)
        {
            // The crash came between creating the segment and writing its head: it held no record.
            TornBytes += file.Length;
            yield break;
        }

        ulong number = LogFormat.ReadSegmentHead(head, databaseId, path);
        if (number != named || (isFirst ? number > from : number != Next))
        {
            throw new CorruptionException($"{path}: the log goes on with record {number} where {(isFirst ? from : Next)} is due");
        }

        long position = LogFormat.SegmentHeadBytes;
        byte[] payload = [];
        try
        {
            while (true)
            {
                if (!TryReadRecord(file, position, number, ref payload, out var record))
                {
                    break;
                }

                position += LogFormat.RecordHeadBytes + record.PayloadBytes;
                if (number >= from)
                {
                    Next = number + 1;
                    yield return new LogRecord(number, payload.AsMemory(0, (int)record.PayloadBytes));
                }

                number++;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(payload);
        }

        bool endsBefore = number < Next;
        Next = Math.Max(Next, number);
        if (position < file.Length)
        {
            if (!isLast || LaterRecordProves(file, position, number))
            {
                throw new CorruptionException(
                    $"{path}: record {number} at byte {position} is damaged although it had been acknowledged");
            }

            TornBytes += file.Length - position;
        }

        End = endsBefore ? null : new LogEnd(path, position);
    }

    private static bool TryReadRecord(IFile file, long position, ulong number, ref byte[] payload, out LogRecordHead head)
    {
        Span<byte> bytes = stackalloc byte[LogFormat.RecordHeadBytes];
        if (ReadFull(file, bytes, position) < bytes.Length || !LogFormat.TryReadRecordHead(bytes, out head)
            || head.Number != number || head.PayloadBytes > file.Length - position - LogFormat.RecordHeadBytes
            || head.PayloadBytes > Array.MaxLength)
        {
            head = default;
            return false;
        }

        if (payload.Length < head.PayloadBytes)
        {
            ArrayPool<byte>.Shared.Return(payload);
            payload = ArrayPool<byte>.Shared.Rent((int)head.PayloadBytes);
        }

        var body = payload.AsSpan(0, (int)head.PayloadBytes);
        return ReadFull(file, body, position + LogFormat.RecordHeadBytes) == body.Length && Crc32C.Of(body) == head.PayloadChecksum;
    }

    /// <summary>Whether a head behind the broken record says that it had been synced when that head was written.</summary>
    private static bool LaterRecordProves(IFile file, long position, ulong number)
    {
        byte[] window = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            for (long at = position + 1; at < file.Length; at += window.Length - LogFormat.RecordHeadBytes)
            {
                int read = ReadFull(file, window, at);
                for (int i = 0; i + LogFormat.RecordHeadBytes <= read; i++)
                {
                    if (LogFormat.TryReadRecordHead(window.AsSpan(i, LogFormat.RecordHeadBytes), out var head)
                        && head.Number > number && head.DurableBefore >= number)
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static int ReadFull(IFile file, Span<byte> into, long position)
    {
        int done = 0;
        while (done < into.Length)
        {
            int read = Read(file, into[done..], position + done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    private static int Read(IFile file, Span<byte> into, long position)
    {
        try
        {
            return file.Read(into, position);
        }
        catch (IOException e)
        {
            throw new StorageException($"the log cannot be read: {e.Message}", isTransient: false, e);
        }
    }

    private IFile Opened(string path)
    {
        try
        {
            return files.Open(path, FileUse.Read);
        }
        catch (IOException e)
        {
            throw new StorageException($"the log cannot be read: {e.Message}", isTransient: false, e);
        }
    }
}

/// <summary>One record read back.</summary>
public readonly record struct LogRecord(ulong Number, ReadOnlyMemory<byte> Payload);

/// <summary>The end of a log: its last segment and the bytes of it that count.</summary>
public readonly record struct LogEnd(string File, long Bytes);
