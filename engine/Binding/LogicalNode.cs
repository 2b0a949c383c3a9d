using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Binding;

/// <summary>
/// A node of the logical plan: relational algebra over columns named by id (<see cref="ColumnPool"/>). Immutable and
/// compared by reference. Its expressions may name columns the node's inputs lack: then it is correlated, and stands
/// on the right of a dependent join until decorrelation has removed that.
/// </summary>
internal abstract class LogicalNode
{
    /// <summary>Ids of the output columns; no id twice.</summary>
    public abstract IReadOnlyList<int> Columns { get; }

    public abstract IReadOnlyList<LogicalNode> Inputs { get; }

    /// <summary>The same operation over other inputs.</summary>
    public abstract LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs);

    /// <summary>The node's own expressions (not those of its inputs).</summary>
    public virtual IEnumerable<ScalarExpression> Expressions => [];

    /// <summary>The same over mapped inputs; itself when nothing changed.</summary>
    public LogicalNode MapInputs(Func<LogicalNode, LogicalNode> map)
    {
        var inputs = Inputs;
        LogicalNode[]? changed = null;
        for (int i = 0; i < inputs.Count; i++)
        {
            var input = map(inputs[i]);
            if (!ReferenceEquals(input, inputs[i]))
            {
                changed ??= [.. inputs];
                changed[i] = input;
            }
        }

        return changed is null ? this : WithInputs(changed);
    }
}

/// <summary>Rows of a stored relation; Columns[i] is column RelationColumns[i].</summary>
internal sealed class LogicalScan(
    CatalogRelation relation, IReadOnlyList<int> relationColumns, IReadOnlyList<int> columns) : LogicalNode
{
    public CatalogRelation Relation { get; } = relation;

    public IReadOnlyList<int> RelationColumns { get; } = relationColumns;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs => [];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) => this;
}

/// <summary>Rows of a system relation.</summary>
internal sealed class LogicalSystemScan(
    SystemRelation relation, IReadOnlyList<int> relationColumns, IReadOnlyList<int> columns) : LogicalNode
{
    public SystemRelation Relation { get; } = relation;

    public IReadOnlyList<int> RelationColumns { get; } = relationColumns;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs => [];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) => this;
}

/// <summary>Literal rows. No columns and one row is the input of a SELECT without FROM.</summary>
internal sealed class LogicalValues(
    IReadOnlyList<IReadOnlyList<ScalarExpression>> rows, IReadOnlyList<int> columns) : LogicalNode
{
    public static LogicalValues OneRow { get; } = new([[]], []);

    public IReadOnlyList<IReadOnlyList<ScalarExpression>> Rows { get; } = rows;

    public override IReadOnlyList<int> Columns { get; } = columns;

    public override IReadOnlyList<LogicalNode> Inputs => [];

    public override IEnumerable<ScalarExpression> Expressions => Rows.SelectMany(r => r);

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) => this;
}

/// <summary>A computed column: id := expression.</summary>
internal readonly record struct ProjectItem(int Id, ScalarExpression Value)
{
    /// <summary>The column passes through under its own id.</summary>
    public bool IsPassThrough => Value is ColumnExpression column && column.Index == Id;
}

/// <summary>Computes columns; outputs the items and nothing else.</summary>
internal sealed class LogicalProject : LogicalNode
{
    public LogicalProject(LogicalNode input, IReadOnlyList<ProjectItem> items)
    {
        Input = input;
        Items = items;
        Columns = [.. items.Select(i => i.Id)];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<ProjectItem> Items { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override IEnumerable<ScalarExpression> Expressions => Items.Select(i => i.Value);

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) => new LogicalProject(inputs[0], Items);

    /// <summary>All columns of the input and more.</summary>
    public static LogicalNode Extend(LogicalNode input, ColumnPool pool, IReadOnlyList<ProjectItem> more) =>
        more.Count == 0
        ? input
        : new LogicalProject(input, [.. input.Columns.Select(id => new ProjectItem(id, pool.Reference(id))), .. more]);
}

/// <summary>Rows for which every conjunct is true.</summary>
internal sealed class LogicalFilter(LogicalNode input, IReadOnlyList<ScalarExpression> conjuncts) : LogicalNode
{
    public LogicalNode Input { get; } = input;

    public IReadOnlyList<ScalarExpression> Conjuncts { get; } = conjuncts;

    public override IReadOnlyList<int> Columns => Input.Columns;

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override IEnumerable<ScalarExpression> Expressions => Conjuncts;

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalFilter(inputs[0], Conjuncts);

    public static LogicalNode Create(LogicalNode input, IReadOnlyList<ScalarExpression> conjuncts) =>
        conjuncts.Count == 0 ? input : new LogicalFilter(input, conjuncts);
}
