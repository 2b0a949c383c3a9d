using System.Buffers;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// COPY TO: rows of batches as COPY text, CSV or binary. WriteStart once, WriteRow for each row, WriteEnd once; the
/// caller empties the sink as it likes between calls. Allocation-free a row. One thread.
/// </summary>
public sealed class CopyWriter
{
    private readonly CopySettings _settings;
    private readonly IReadOnlyList<(string Name, SqlType Type)> _columns;
    private readonly TextOptions _options;

    /// <summary>Bytes a text field cannot hold as they are, or that make a CSV field need quotes.</summary>
    private readonly SearchValues<byte> _special;

    public CopyWriter(CopySettings settings, IReadOnlyList<(string Name, SqlType Type)> columns, TextOptions options)
    {
        _settings = settings;
        _columns = columns;
        _options = options;
        _special = settings.Format == CopyFormat.Csv
            ? SearchValues.Create([settings.Delimiter, settings.Quote, (byte)'\n', (byte)'\r'])
            : SearchValues.Create([settings.Delimiter, (byte)'\\', 8, 9, 10, 11, 12, 13]);
    }

    /// <summary>What comes before the rows: the names, the binary signature, or nothing.</summary>
    public void WriteStart(ref TextSink sink)
    {
        if (_settings.Format == CopyFormat.Binary)
        {
            sink.Write([.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            return;
        }

        if (_settings.Header == CopyHeader.None)
        {
            return;
        }

        for (int column = 0; column < _columns.Count; column++)
        {
            WriteDelimiter(column, ref sink);
            int start = sink.Position;
            sink.Write(Encoding.UTF8.GetBytes(_columns[column].Name));
            Protect(start, isForced: false, ref sink);
        }

        sink.WriteByte((byte)'\n');
    }

    public void WriteRow(Batch batch, int row, ref TextSink sink)
    {
        if (_settings.Format == CopyFormat.Binary)
        {
            WriteTuple(batch, row, ref sink);
            return;
        }

        for (int column = 0; column < _columns.Count; column++)
        {
            WriteDelimiter(column, ref sink);
            ref readonly var vector = ref batch.Columns[column];
            if (!vector.IsValid(row))
            {
                sink.Write(_settings.Null);
                continue;
            }

            int start = sink.Position;
            TextFormat.Append(vector, row, _options, ref sink);
            Protect(start, _settings.ForceQuote.Length > 0 && _settings.ForceQuote[column], ref sink);
        }

        sink.WriteByte((byte)'\n');
    }

    /// <summary>What comes after the rows: the binary trailer, or nothing.</summary>
    public void WriteEnd(ref TextSink sink)
    {
        if (_settings.Format == CopyFormat.Binary)
        {
            sink.WriteInt16(-1);
        }
    }

    private void WriteTuple(Batch batch, int row, ref TextSink sink)
    {
        sink.WriteInt16((short)_columns.Count);
        for (int column = 0; column < _columns.Count; column++)
        {
            ref readonly var vector = ref batch.Columns[column];
            int start = sink.Position;
            sink.WriteInt32(-1);
            if (vector.IsValid(row))
            {
                BinaryFormat.Append(vector, row, _options, ref sink);
                sink.PatchInt32(start, sink.Position - start - 4);
            }
        }
    }

    private void WriteDelimiter(int column, ref TextSink sink)
    {
        if (column > 0)
        {
            sink.WriteByte(_settings.Delimiter);
        }
    }

    /// <summary>Escapes or quotes what was written since start, where it needs it.</summary>
    private void Protect(int start, bool isForced, ref TextSink sink)
    {
        var text = sink.Written[start..];
        if (_settings.Format == CopyFormat.Text)
        {
            if (text.ContainsAny(_special))
            {
                EscapeText(start, ref sink);
            }

            return;
        }

        // A null string or an end mark that is data needs quotes to stay data.
        bool isMistakable = text.SequenceEqual(_settings.Null) || (_columns.Count == 1 && text.SequenceEqual("\\."u8));
        if (isForced || isMistakable || text.ContainsAny(_special))
        {
            QuoteCsv(start, ref sink);
        }
    }

    private void EscapeText(int start, ref TextSink sink)
    {
        int extra = 0;
        foreach (byte b in sink.Written[start..])
        {
            extra += _special.Contains(b) ? 1 : 0;
        }

        var (target, from, to) = Widen(extra, ref sink);
        for (; from >= start; from--)
        {
            byte b = target[from];
            if (!_special.Contains(b))
            {
                target[to--] = b;
                continue;
            }

            target[to--] = b switch
            {
                8 => (byte)'b',
                9 => (byte)'t',
                10 => (byte)'n',
                11 => (byte)'v',
                12 => (byte)'f',
                13 => (byte)'r',
                _ => b,
            };
            target[to--] = (byte)'\\';
        }
    }

    private void QuoteCsv(int start, ref TextSink sink)
    {
        int extra = 2;
        foreach (byte b in sink.Written[start..])
        {
            extra += b == _settings.Quote || b == _settings.Escape ? 1 : 0;
        }

        var (target, from, to) = Widen(extra, ref sink);
        target[to--] = _settings.Quote;
        for (; from >= start; from--)
        {
            byte b = target[from];
            target[to--] = b;
            if (b == _settings.Quote || b == _settings.Escape)
            {
                target[to--] = _settings.Escape;
            }
        }

        target[to] = _settings.Quote;
    }

    /// <summary>Makes room behind the text; it is then moved from its last byte to the room's last.</summary>
    private static WidenedText Widen(int extra, ref TextSink sink)
    {
        int from = sink.Position - 1;
        sink.GetSpan(extra);
        sink.Advance(extra);
        return new WidenedText(sink.WrittenForUpdate, from, sink.Position - 1);
    }

    private readonly ref struct WidenedText(Span<byte> target, int from, int to)
    {
        private readonly Span<byte> _target = target;

        internal void Deconstruct(out Span<byte> bytes, out int last, out int room)
        {
            bytes = _target;
            last = from;
            room = to;
        }
    }
}
