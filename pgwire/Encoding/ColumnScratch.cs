using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Encoding;

/// <summary>What a column keeps between measuring and writing: the values' bytes where they had to be made first.</summary>
internal sealed class ColumnScratch(SqlType type)
{
    private byte[] _bytes = [];
    private int[] _ends = [];

    public SqlType Type { get; } = type;

    public SessionValues Session { get; set; } = SessionValues.Default;

    public byte[] Bytes => _bytes;

    /// <summary>Where each row's bytes end.</summary>
    public Span<int> Ends(int rows)
    {
        if (_ends.Length < rows)
        {
            _ends = new int[Math.Max(rows, 16)];
        }

        return _ends.AsSpan(0, rows);
    }

    /// <summary>Keeps what a sink over <see cref="Bytes"/> has taken, growing when it did not fit.</summary>
    public void Keep(ref TextSink sink)
    {
        if (!sink.IsInFirstSpan)
        {
            byte[] larger = new byte[(int)Math.Min(Array.MaxLength, sink.Written.Length * 2L)];
            sink.Written.CopyTo(larger);
            _bytes = larger;
        }
    }
}
