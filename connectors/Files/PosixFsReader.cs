using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Connectors.Files;

/// <summary>
/// Looks at the directory every 50 ms and reads what files have grown by, file by file in the order of their names. A
/// record counts once its newline is there. A file that shrank or was replaced is left alone and reported; the others
/// go on.
/// </summary>
internal sealed class PosixFsReader : PumpedReader
{
    private const int BufferBytes = 1 << 18;
    private const int RecordBytesMax = 16 << 20;
    private const int ChunkBytesMax = 1 << 20;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(50);
    private static readonly byte[] _byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly SourceDefinition _definition;
    private readonly PosixFsSettings _settings;
    private readonly SplitPositions _start;
    private readonly SplitPositions? _end;
    private readonly IRecordDecoder _decoder;
    private readonly bool _skipsHeader;
    private readonly bool _skipsBlankLines;
    private readonly Dictionary<string, TrackedFile> _files = new(StringComparer.Ordinal);
    private byte[] _buffer = new byte[BufferBytes];
    private long _lag;

    internal PosixFsReader(
        SourceDefinition definition,
        PosixFsSettings settings,
        SourceEnvironment environment,
        SplitPositions start,
        SplitPositions? end)
        : base(environment)
    {
        _definition = definition;
        _settings = settings;
        _start = new SplitPositions(start);
        _end = end;
        _decoder = SourceFormats.CreateDecoder(PosixFsConnector.ConnectorName, definition);
        _skipsHeader = definition.Encode == "CSV" && definition.EncodeOptions.GetValueOrDefault("without_header") != "true";
        _skipsBlankLines = definition.Encode != "BYTES";
        Start($"files {definition.Name}");
    }

    public override long? Lag => Volatile.Read(ref _lag);

    protected override void Pump()
    {
        if (_end is not null)
        {
            ReadBounded(_end);
            return;
        }

        while (!IsStopping)
        {
            Poll();
            Pause(_interval);
        }
    }

    private void Poll()
    {
        string? problem = null;
        long lag = 0;
        foreach (string path in Environment.Host.Files.List(_settings.Root, _settings.Pattern))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith('.') || IsStopping)
            {
                continue;
            }

            var file = Track(name);
            if (file.Blocked is null)
            {
                ReadOn(file, long.MaxValue);
            }

            problem ??= file.Blocked ?? file.Trouble;
            lag += Math.Max(file.LengthSeen - file.Position, 0);
        }

        Volatile.Write(ref _lag, lag);
        Report(problem);
    }

    private void ReadBounded(SplitPositions end)
    {
        foreach (var (name, bound) in end.OrderBy(split => split.Key, StringComparer.Ordinal))
        {
            var file = Track(name);
            if (file.Position < bound && !Environment.Host.Files.FileExists(Path.Combine(_settings.Root, name)))
            {
                throw new SourceFailedException($"file \"{name}\" is gone; bytes {file.Position} to {bound} of it are needed again");
            }

            if (file.Position < bound)
            {
                ReadOn(file, bound);
            }

            if (!IsStopping && file.Position < bound)
            {
                string unlike = $"file \"{name}\" has no record that ends at byte {bound}, as it had when it was read first";
                throw new SourceFailedException(file.Blocked ?? file.Trouble ?? unlike);
            }
        }
    }

    private TrackedFile Track(string name)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            file = new TrackedFile(name, new SourceRows(_definition, _decoder, name, () => Wanted), _start.GetValueOrDefault(name));
            _files.Add(name, file);
        }

        return file;
    }

    /// <summary>Reads whole records up to the end of the file or the limit.</summary>
    private void ReadOn(TrackedFile file, long limit)
    {
        if (_settings.RealPathInside(Environment.Host.Files, file.Name) is not { } path)
        {
            file.Blocked = $"file \"{file.Name}\" is a link out of posix_fs.root and is not read";
            return;
        }

        IFile opened;
        file.Trouble = null;
        try
        {
            opened = Environment.Host.Files.Open(path, FileUse.Read);
        }
        catch (FileNotFoundException)
        {
            // Gone since it was listed: nothing of it to read any more.
            return;
        }
        catch (UnauthorizedAccessException error)
        {
            file.Trouble = error.Message;
            return;
        }

        using (opened)
        {
            long length = Math.Min(opened.Length, limit);
            if (length == file.LengthSeen)
            {
                return;
            }

            file.Blocked = file.Check(opened);
            if (file.Blocked is null && HeaderIsKnown(file, opened))
            {
                ReadRecords(file, opened, length);
                file.Remember(opened);
                file.LengthSeen = length;
            }
        }
    }

    /// <summary>
    /// Reads the header where files have one, also when reading continues behind it; false: not there yet.
    /// </summary>
    private bool HeaderIsKnown(TrackedFile file, IFile opened)
    {
        if (!_skipsHeader || file.HasHeader)
        {
            return true;
        }

        int filled = opened.Read(_buffer, 0);
        int length = _decoder.FindRecord(_buffer.AsSpan(0, filled));
        if (length == 0)
        {
            file.Blocked = filled == _buffer.Length ? $"file \"{file.Name}\" has no header in its first {filled} bytes" : null;
            return false;
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(0, length);
        try
        {
            file.Rows.Decoder = _decoder.WithHeader(header.StartsWith(_byteOrderMark) ? header[_byteOrderMark.Length..] : header);
            file.HasHeader = true;
        }
        catch (SqlException error)
        {
            file.Blocked = $"file \"{file.Name}\": {error.Message}";
        }

        return file.HasHeader;
    }

    private void ReadRecords(TrackedFile file, IFile opened, long length)
    {
        long at = file.Position;
        long chunkStart = at;
        int filled = 0;
        try
        {
            while (!IsStopping && file.Blocked is null)
            {
                int wanted = (int)Math.Min(_buffer.Length - filled, length - at - filled);
                int count = wanted == 0 ? 0 : opened.Read(_buffer.AsSpan(filled, wanted), at + filled);
                filled += count;
                int used = Decode(file, at, _buffer.AsSpan(0, filled), ref chunkStart);
                at += used;
                filled -= used;
                _buffer.AsSpan(used, filled).CopyTo(_buffer);
                if (count == 0)
                {
                    break;
                }

                MakeRoom(file, at, filled);
            }

            Flush(file, at);
        }
        finally
        {
            file.Rows.Discard();
        }
    }

    /// <summary>Decodes the whole records at the beginning of some bytes; returns how many bytes they take.</summary>
    private int Decode(TrackedFile file, long at, ReadOnlySpan<byte> bytes, ref long chunkStart)
    {
        int used = 0;
        while (_decoder.FindRecord(bytes[used..]) is > 0 and int length)
        {
            long offset = at + used;
            var record = bytes.Slice(used, length).TrimEnd("\r\n"u8);
            used += length;
            if (offset == 0 && record.StartsWith(_byteOrderMark))
            {
                record = record[_byteOrderMark.Length..];
            }

            if ((offset == 0 && _skipsHeader) || (record.IsEmpty && _skipsBlankLines))
            {
                continue;
            }

            file.Rows.Add(record, new RecordPlace { Offset = offset });
            if (file.Rows.RowCount >= RowsWanted || at + used - chunkStart >= ChunkBytesMax)
            {
                chunkStart = at + used;
                Flush(file, chunkStart);
            }
        }

        return used;
    }

    private void Flush(TrackedFile file, long position)
    {
        if (IsStopping)
        {
            return;
        }

        if (!file.Rows.HasAny || Deliver(file.Rows.Take(position, Environment.Host.Clock.WallMicros)))
        {
            file.Position = position;
        }
    }

    /// <summary>Grows the buffer for a record that fills it, up to a limit.</summary>
    private void MakeRoom(TrackedFile file, long at, int filled)
    {
        if (filled < _buffer.Length)
        {
            return;
        }

        if (_buffer.Length >= RecordBytesMax)
        {
            file.Blocked = $"file \"{file.Name}\" has a record of more than {RecordBytesMax} bytes at offset {at}";
            return;
        }

        Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
