using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Turns a SELECT's groups and aggregates into an aggregation and rewrites the expressions above it: a part equal to a
/// grouping expression becomes that group's column, any other input column is error 42803 unless a primary key among the
/// groups determines it (then it becomes one more group).
/// </summary>
internal sealed class Grouping
{
    private readonly BindContext _context;
    private readonly Scope _scope;
    private readonly LogicalNode _plan;
    private readonly HashSet<int> _input;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly List<ProjectItem> _computed = [];
    private readonly List<int> _ids = [];

    /// <param name="context">The statement.</param>
    /// <param name="scope">The SELECT's FROM.</param>
    /// <param name="from">Columns of the FROM clause: what must be grouped.</param>
    /// <param name="plan">The plan below the aggregation.</param>
    /// <param name="groups">The grouping expressions.</param>
    public Grouping(BindContext context, Scope scope, IReadOnlyList<int> from, LogicalNode plan,
        List<ScalarExpression> groups)
    {
        _context = context;
        _scope = scope;
        _plan = plan;
        _input = [.. from];
        foreach (var group in groups)
        {
            string text = ExpressionText.Print(group);
            if (_byText.ContainsKey(text))
            {
                continue;
            }

            int id = group is ColumnExpression column && plan.Columns.Contains(column.Index)
                ? column.Index
                : _context.Pool.Add("group", group.Type);
            if (group is not ColumnExpression own || own.Index != id)
            {
                _computed.Add(new ProjectItem(id, group));
            }

            _byText.Add(text, id);
            _ids.Add(id);
        }
    }

    /// <summary>The aggregation, once every expression above it has been rewritten.</summary>
    public LogicalAggregate Build(AggregateCollector aggregates) => new(
        LogicalProject.Extend(_plan, _context.Pool, [.. _computed, .. aggregates.Computed]), _ids, aggregates.Items);

    public ScalarExpression Rewrite(ScalarExpression expression)
    {
        if (_byText.TryGetValue(ExpressionText.Print(expression), out int id))
        {
            return _context.Pool.Reference(id);
        }

        if (expression is ColumnExpression column)
        {
            return !_input.Contains(column.Index) || Determined(column.Index) ? column : throw Ungrouped(column);
        }

        return ExpressionTree.MapChildren(expression, Rewrite);
    }

    public void CheckSubquery(int column)
    {
        if (_input.Contains(column) && !_ids.Contains(column) && !Determined(column))
        {
            throw _context.Error(
                SqlState.GroupingError, $"subquery uses ungrouped column \"{Display(column)}\" from outer query", 0);
        }
    }

    /// <summary>A primary key of the column's relation is grouped.</summary>
    private bool Determined(int column)
    {
        var variable = _scope.Variables.Find(v => v.TableOid != 0 && v.Columns.Any(c => c.Id == column));
        if (variable is null || _context.Catalog.Find(
            (int)variable.TableOid) is not CatalogRelation { PrimaryKey.Count: > 0 } relation)
        {
            return false;
        }

        foreach (int part in relation.PrimaryKey)
        {
            var key = variable.Columns.FirstOrDefault(c => c.Attribute == part + 1);
            if (key is null || !_ids.Contains(key.Id))
            {
                return false;
            }
        }

        _ids.Add(column);
        _byText.Add(ExpressionText.Print(_context.Pool.Reference(column)), column);
        return true;
    }

    private SqlException Ungrouped(ColumnExpression column)
    {
        var (position, display) = _context.NameOf(column);
        return new SqlException(
            SqlState.GroupingError,
            $"column \"{display}\" must appear in the GROUP BY clause or be used in an aggregate function", position);
    }

    private string Display(int column)
    {
        var variable = _scope.Variables.Find(v => v.Columns.Any(c => c.Id == column));
        return variable is not { Name.Length: > 0 } ? _context.Pool.NameOf(column)
            : $"{variable.Name}.{_context.Pool.NameOf(column)}";
    }
}
