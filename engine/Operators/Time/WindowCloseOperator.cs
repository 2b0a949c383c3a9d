using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// EMIT ON WINDOW CLOSE. With W(t) the watermark of a column c after tick t:
///   d(close A) at t = sigma c &lt; W(t) (A[after t]) - sigma c &lt; W(t-1) (A[before t])
/// and as no change of A from t on is below W(t-1), that is the rows of A[after t] with W(t-1) &lt;= c &lt; W(t): insertions
/// only, each row once. State: the rows of A with c >= W or NULL, ordered by c; a change below the watermark breaks the
/// plan's promise and is an error. O(changes and rows closed, times log n).
/// </summary>
internal sealed class WindowCloseOperator : Operator
{
    private const int KeyBytes = sizeof(long) + sizeof(int);

    private readonly WindowClosing _closing;
    private readonly RowTable _rows;
    private readonly OrderedSet _open;
    private readonly int _columnCount;
    private readonly List<int> _closed = [];
    private readonly WordsState _words;
    private long _watermark = WatermarkBoard.None;

    internal WindowCloseOperator(OperatorContext context, WindowCloseNode node) : base(context, 1)
    {
        _closing = node.Closing;
        _columnCount = node.Columns.Count;
        _rows = new RowTable(context, "rows of open windows", [.. node.Columns.Select(c => c.Type)]);
        _open = new OrderedSet("open windows", context.State);
        _words = new WordsState(context.State, () => [_watermark], words => _watermark = words[0]);
    }

    public override string Form => "window close";

    public override void Push(int input, Batch batch)
    {
        _rows.BeginTick();
        _rows.Add(batch);
    }

    public override void Drop()
    {
        _words.Dispose();
        _open.Dispose();
        _rows.Dispose();
    }

    protected override void FinishTick()
    {
        _rows.BeginTick();
        Register();
        long watermark = Context.Watermarks.Of(_closing.Watermark);
        if (watermark > _watermark)
        {
            _watermark = watermark;
            Close();
        }

        if (_rows.Touched.Length > 0)
        {
            _rows.EndTick();
        }

        Counters.StateRows = _rows.RowCount;
        Counters.StateBytes = _rows.Bytes + _open.LiveBytes;
    }

    /// <summary>Puts the rows that came into the order and takes those that went out.</summary>
    private void Register()
    {
        var touched = _rows.Touched;
        if (touched.Length == 0)
        {
            return;
        }

        var values = _rows.Gather(_closing.Column, touched, Context.Scratch);
        Span<byte> key = stackalloc byte[KeyBytes];
        for (int i = 0; i < touched.Length; i++)
        {
            long before = _rows.OldCount(i);
            long after = _rows.Count(touched[i]);
            if (after < 0)
            {
                throw new SqlException(SqlState.InternalError, "window close: a row is retracted that is not there");
            }

            if (!values.IsValid(i) || before == after)
            {
                continue;
            }

            long value = ClosingKeys.ValueAt(in values, i);
            if (value < _watermark)
            {
                throw new SqlException(SqlState.InternalError, "window close: a row changes below the watermark");
            }

            if (before == 0 || after == 0)
            {
                ClosingKeys.Write(key, value, touched[i]);
                _open.Add(key, touched[i], after == 0 ? -1 : 1);
            }
        }
    }

    private void Close()
    {
        _closed.Clear();
        Span<byte> key = stackalloc byte[KeyBytes];
        for (var first = _open.First(); first.IsValid && ClosingKeys.ValueOf(in first) < _watermark; first = _open.First())
        {
            for (long left = _rows.Count((int)first.Payload); left > 0; left--)
            {
                _closed.Add((int)first.Payload);
            }

            first.CopyKey(key);
            _open.Add(key, 0, -1);
        }

        for (int start = 0; start < _closed.Count; start += Batch.RowsMax)
        {
            Emit(start, Math.Min(Batch.RowsMax, _closed.Count - start));
        }
    }

    private void Emit(int start, int count)
    {
        var numbers = Context.Scratch.Allocate<int>(count);
        for (int i = 0; i < count; i++)
        {
            numbers[i] = _closed[start + i];
        }

        var output = Context.Batches.Take(count, _columnCount);
        for (int i = 0; i < _columnCount; i++)
        {
            output[i] = _rows.Gather(i, numbers, Context.Scratch);
        }

        Emit(output);
        foreach (int number in numbers)
        {
            _rows.Evict(number);
        }
    }
}
