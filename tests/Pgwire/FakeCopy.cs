using System.Text;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>Takes lines; a line "bad" is an error, every other one is a write.</summary>
internal sealed class FakeCopyIn(FakeSession session) : ICopyIn
{
    private readonly MemoryStream _bytes = new();

    public bool IsBinary => false;

    public int ColumnCount => 2;

    public int Rows { get; private set; }

    public void Write(ReadOnlySpan<byte> piece)
    {
        _bytes.Write(piece);
        if (Encoding.UTF8.GetString(_bytes.ToArray()).Contains("bad\n"))
        {
            throw new SqlException(SqlState.BadCopyFileFormat, "bad line") { Context = "COPY t, line 1" };
        }
    }

    public ValueTask Complete(CancellationToken cancellation)
    {
        foreach (string line in Encoding.UTF8.GetString(_bytes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line != "\\.")
            {
                session.Write(line);
                Rows++;
            }
        }

        return default;
    }

    public void Fail(string reason)
    {
    }
}

/// <summary>Gives lines of numbers, ten a piece.</summary>
internal sealed class FakeCopyOut(int rows) : ICopyOut
{
    private int _given;
    private int[] _ends = [];

    public bool IsBinary => false;

    public int ColumnCount => 1;

    public ReadOnlyMemory<int> RowEnds => _ends;

    public ValueTask<ReadOnlyMemory<byte>> Next(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var ends = new List<int>();
        for (int i = 0; i < 10 && _given < rows; i++)
        {
            text.Append(++_given).Append('\n');
            ends.Add(text.Length);
        }

        _ends = [.. ends];
        return new ValueTask<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
