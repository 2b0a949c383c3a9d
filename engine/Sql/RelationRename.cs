namespace Vectorized.Engine.Sql;

/// <summary>
/// Writes a definition with other names for relations: where FROM names one that the map knows, the new name is written and
/// the old one becomes its alias, so that the rest of the text keeps its meaning. Names of WITH entries hide relations.
/// One use; one thread.
/// </summary>
/// <param name="map">The new name of a relation named so, or null: it keeps its name.</param>
public sealed class RelationRename(Func<QualifiedName, QualifiedName?> map)
{
    private readonly List<string> _hidden = [];

    /// <summary>The node as canonical SQL under the new names.</summary>
    public string Write(SyntaxNode node)
    {
        var writer = new SqlWriter(this);
        writer.Write(node);
        return writer.ToString();
    }

    internal int Mark => _hidden.Count;

    internal void Hide(string name) => _hidden.Add(name);

    internal void Release(int mark) => _hidden.RemoveRange(mark, _hidden.Count - mark);

    internal QualifiedName? NewName(QualifiedName name) =>
        name.Parts.Count == 1 && _hidden.Contains(name.Name) ? null : map(name);
}
