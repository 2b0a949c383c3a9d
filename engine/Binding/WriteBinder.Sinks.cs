using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Sinks into a table: a query's outputs as columns of the table, and rows completed when they are written.</summary>
internal sealed partial class WriteBinder
{
    /// <summary>Positions of the table that a sink's outputs go to: those named, else the writable ones from the first on.</summary>
    public int[] SinkTargets(CatalogRelation table, Sql.SyntaxList<Sql.Identifier> named, int given)
    {
        int[] targets = named.Count > 0 ? Named(table, named)
            : [.. Enumerable.Range(0, table.Columns.Count)
                .Where(i => table.Columns[i].IsVisible && table.Columns[i].GeneratedText is null).Take(given)];
        if (targets.Any(t => table.Columns[t].GeneratedText is not null))
        {
            var generated = table.Columns[targets.First(t => table.Columns[t].GeneratedText is not null)];
            throw GeneratedColumn(generated, named[0].Position, "cannot sink into column");
        }

        return targets.Length == given ? targets : throw _context.Error(
            SqlState.SyntaxError,
            targets.Length < given ? "the sink's query has more columns than the target"
                : "the sink names more target columns than its query has",
            named.Count > 0 ? named[0].Position : 0);
    }

    /// <summary>The query with its outputs converted to the target columns, as an assignment is.</summary>
    public BoundQuery Assigned(BoundQuery bound, CatalogRelation table, int[] targets)
    {
        var items = new List<ProjectItem>();
        var outputs = new List<OutputColumn>();
        for (int i = 0; i < targets.Length; i++)
        {
            var column = table.Columns[targets[i]];
            var output = bound.Outputs[i];
            var value = SetOperationBinder.UnknownConstant(bound.Plan, output.Id) ?? Pool.Reference(output.Id);
            int id = Pool.Add(column.Name, column.Type);
            items.Add(new ProjectItem(id, _queries.Coercion.Assign(
                value, column.Type, column.Name, bound.Positions.ElementAtOrDefault(i))));
            outputs.Add(new OutputColumn(column.Name, id, column.Type));
        }

        return new BoundQuery(new LogicalProject(bound.Plan, items), outputs);
    }

    /// <summary>
    /// A whole row of the table, by expressions over a sink's row (output i is column i there): what the sink gives, defaults
    /// and generated columns for the rest; null for the row id.
    /// </summary>
    public IReadOnlyList<ScalarExpression?> SinkRow(
        CatalogRelation table, IReadOnlyList<int> targets, IReadOnlyList<SqlType> outputs)
    {
        var row = new ScalarExpression?[table.Columns.Count];
        for (int i = 0; i < row.Length; i++)
        {
            var column = table.Columns[i];
            int at = targets.Take(outputs.Count).ToList().IndexOf(i);
            row[i] = i == table.RowIdColumn ? null
                : column.Dropped ? ExpressionTree.Null(column.Type)
                : at >= 0 ? _queries.Coercion.Assign(new ColumnExpression(at, outputs[at]), column.Type, column.Name, 0)
                : column.GeneratedText is null ? Default(column) : null;
        }

        Generate(table, row, (i, value) => row[i] = value);
        return row;
    }

    private int[] Named(CatalogRelation table, Sql.SyntaxList<Sql.Identifier> names)
    {
        var targets = new List<int>();
        foreach (var name in names)
        {
            int column = Column(table, name.Name, name.Position);
            targets.Add(!targets.Contains(column) ? column : throw _context.Error(
                SqlState.DuplicateColumn, $"column \"{name.Name}\" specified more than once", name.Position));
        }

        return [.. targets];
    }
}
