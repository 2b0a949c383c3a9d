using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Numbers the columns of one statement's logical plan. In a logical plan a <see cref="ColumnExpression"/>'s index is such
/// an id, unique in the statement, so operators move without renumbering; the physical plan has positions.
/// </summary>
internal sealed class ColumnPool
{
    private readonly List<(string Name, SqlType Type)> _columns = [];

    public int Count => _columns.Count;

    public int Add(string name, SqlType type)
    {
        _columns.Add((name, type));
        return _columns.Count - 1;
    }

    public string NameOf(int id) => _columns[id].Name;

    public SqlType TypeOf(int id) => _columns[id].Type;

    public ColumnExpression Reference(int id) => new(id, _columns[id].Type);

    /// <summary>A new column of the same name and type.</summary>
    public int Copy(int id) => Add(_columns[id].Name, _columns[id].Type);
}
