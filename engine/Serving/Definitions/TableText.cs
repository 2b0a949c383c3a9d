using Vectorized.Engine.Sql;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>A stored CREATE TABLE after ALTER TABLE has changed its columns.</summary>
internal static class TableText
{
    internal static string Added(string definition, ColumnDefinition column) =>
        Change(definition, columns => [.. columns, column]);

    internal static string Dropped(string definition, string name) =>
        Change(definition, columns => [.. columns.Where(c => c.Name != name)]);

    /// <summary>The column's own entry; constraints that name it are written again.</summary>
    internal static string Renamed(string definition, string name, string newName)
    {
        if (Table(definition) is not { } table)
        {
            return definition;
        }

        SyntaxList<TableConstraint> constraints = [.. table.Definition.Constraints.Select(c => c is TablePrimaryKey key
            ? key with { Columns = [.. key.Columns.Select(k => k.Name == name ? new Identifier(newName) : k)] }
            : c)];
        return (table with
        {
            Definition = table.Definition with
            {
                Columns = [.. table.Definition.Columns.Select(c => c.Name == name ? c with { Name = newName } : c)],
                Constraints = constraints,
            },
        }).ToString();
    }

    private static string Change(
        string definition, Func<IEnumerable<ColumnDefinition>, SyntaxList<ColumnDefinition>> change) =>
        Table(definition) is { } table
            ? (table with { Definition = table.Definition with { Columns = change(table.Definition.Columns) } }).ToString()
            : definition;

    /// <summary>CREATE TABLE AS lists no columns: its text stays as it was said.</summary>
    private static CreateTableStatement? Table(string definition) =>
        definition.Length > 0 && SqlParser.ParseStored(definition)[0] is CreateTableStatement { Query: null } table ? table : null;
}
