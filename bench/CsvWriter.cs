using System.Globalization;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Bench;

/// <summary>
/// Comma-separated rows for the checkers: a header, numbers plain, text as is (Nexmark's needs no quotes: checked),
/// times as `YYYY-MM-DD HH:MM:SS.ffffff`.
/// </summary>
internal sealed class CsvWriter : IDisposable
{
    private readonly StreamWriter _file;
    private bool _first = true;

    internal CsvWriter(string path, params string[] columns)
    {
        _file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        _file.WriteLine(string.Join(',', columns));
    }

    internal CsvWriter Number(long value)
    {
        Separate();
        _file.Write(value);
        return this;
    }

    /// <summary>A number given as value * 10^scale.</summary>
    internal CsvWriter Scaled(long value, int scale)
    {
        Separate();
        _file.Write(new decimal((int)value, (int)(value >> 32), 0, false, (byte)scale).ToString(CultureInfo.InvariantCulture));
        return this;
    }

    internal CsvWriter Time(long micros)
    {
        Separate();
        var time = DateTime.UnixEpoch.AddTicks(micros * 10);
        _file.Write(time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
        return this;
    }

    internal CsvWriter Text(ReadOnlySpan<byte> text)
    {
        Separate();
        if (text.IndexOfAny(",\"\n\r"u8) >= 0)
        {
            throw new InvalidOperationException("text that needs quotes: " + Encoding.UTF8.GetString(text));
        }

        Span<char> characters = stackalloc char[1024];
        _file.Write(characters[..Encoding.UTF8.GetChars(text, characters)]);
        return this;
    }

    internal void End()
    {
        _file.WriteLine();
        _first = true;
    }

    /// <summary>All rows of a batch of bigint, timestamp and varchar columns.</summary>
    internal void Batch(Batch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            foreach (ref readonly var column in batch.Columns)
            {
                if (column.Type.Layout == Layout.View)
                {
                    Text(column.Bytes(row));
                }
                else if (column.Type.Id == TypeId.Timestamp)
                {
                    Time(column.Value<long>(row));
                }
                else
                {
                    Number(column.Value<long>(row));
                }
            }

            End();
        }
    }

    public void Dispose() => _file.Dispose();

    private void Separate()
    {
        if (!_first)
        {
            _file.Write(',');
        }

        _first = false;
    }
}
