using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Cursors;

/// <summary>A session's cursors by name; bounded, as each pins an epoch. One thread.</summary>
internal sealed class CursorTable : IDisposable
{
    private const int CursorsMax = 100;

    private readonly Dictionary<string, Cursor> _cursors = new(StringComparer.Ordinal);

    internal IEnumerable<string> Names => _cursors.Keys;

    internal void CheckNew(string name, int position)
    {
        if (_cursors.ContainsKey(name))
        {
            throw new SqlException(SqlState.DuplicateCursor, $"cursor \"{name}\" already exists", position);
        }

        if (_cursors.Count >= CursorsMax)
        {
            throw new SqlException(
                SqlState.ProgramLimitExceeded, $"more than {CursorsMax} open cursors in this session",
                hint: "CLOSE the ones that are done.");
        }
    }

    internal void Add(string name, Cursor cursor) => _cursors.Add(name, cursor);

    internal Cursor Get(string name, int position = 0) => _cursors.GetValueOrDefault(name)
        ?? throw new SqlException(SqlState.InvalidCursorName, $"cursor \"{name}\" does not exist", position);

    internal void Close(string name, int position)
    {
        Get(name, position).Dispose();
        _cursors.Remove(name);
    }

    /// <summary>A block has ended: its cursors end with it, held ones only when it failed.</summary>
    internal void EndBlock(bool committed)
    {
        foreach (var (name, cursor) in _cursors.ToList())
        {
            if (cursor.IsOfBlock && !(committed && cursor.IsHeld))
            {
                cursor.Dispose();
                _cursors.Remove(name);
            }

            cursor.IsOfBlock = false;
        }
    }

    internal void CloseAll()
    {
        foreach (var cursor in _cursors.Values)
        {
            cursor.Dispose();
        }

        _cursors.Clear();
    }

    public void Dispose() => CloseAll();
}
