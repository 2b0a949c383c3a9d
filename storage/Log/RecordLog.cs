using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Log;

/// <summary>A log as recovery needs it: read from a number to its end, as often as wanted, then written on. One thread.</summary>
public abstract class RecordLog
{
    /// <summary>Every record from a number on; the payload is valid until the next one is asked for.</summary>
    public abstract IEnumerable<LogRecord> Read(ulong first);

    /// <summary>Bytes behind the end that were never acknowledged, once all has been read.</summary>
    public abstract long TornBytes { get; }

    /// <summary>Goes on behind the last record, once all has been read.</summary>
    public abstract ILogWriter OpenWriter();
}

/// <summary>The log of a data directory.</summary>
public sealed class DirectoryLog(
    IFiles files, string directory, ulong databaseId, long segmentBytesMax = LogWriter.SegmentBytesMax) : RecordLog
{
    private LogReader? _read;

    public override long TornBytes => _read?.TornBytes ?? 0;

    public override IEnumerable<LogRecord> Read(ulong first)
    {
        _read = new LogReader(files, directory, databaseId);
        return _read.Read(first);
    }

    public override ILogWriter OpenWriter() =>
        new LogWriter(files, directory, databaseId, _read!.Next, _read.End, segmentBytesMax);
}
