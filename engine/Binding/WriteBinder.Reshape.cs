using Vectorized.Engine.Catalog;

namespace Vectorized.Engine.Binding;

/// <summary>ALTER TABLE: a row of the new shape over one of the old.</summary>
internal sealed partial class WriteBinder
{
    /// <summary>
    /// Columns that were there keep their value (converted as by an assignment when the type changes), new ones get their default
    /// or are generated.
    /// </summary>
    public IReadOnlyList<ScalarExpression> Reshaped(CatalogRelation before, CatalogRelation after)
    {
        var row = new ScalarExpression?[after.Columns.Count];
        for (int i = 0; i < row.Length; i++)
        {
            var column = after.Columns[i];
            row[i] = i < before.Columns.Count
                ? _queries.Coercion.Assign(new ColumnExpression(i, before.Columns[i].Type), column.Type, column.Name, 0)
                : column.GeneratedText is null ? Default(column) : null;
        }

        Generate(after, row, (i, value) => row[i] ??= value);
        return [.. row.Select(e => e!)];
    }
}
