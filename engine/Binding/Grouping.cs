using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Turns a SELECT's groups and aggregates into an aggregation and rewrites the expressions above it: a part equal to a
/// grouping expression becomes that group's column, any other input column is error 42803 unless a primary key among the
/// groups (of every set) determines it: then it becomes one more group. With several grouping sets the columns shown are
/// not those below, since a set shows NULL for what it does not group by.
/// </summary>
internal sealed class Grouping
{
    private readonly BindContext _context;
    private readonly Scope _scope;
    private readonly LogicalNode _plan;
    private readonly HashSet<int> _input;
    private readonly GroupingList _list;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly List<ProjectItem> _computed = [];
    private readonly List<GroupedColumn> _groups = [];

    /// <param name="context">The statement.</param>
    /// <param name="scope">The SELECT's FROM.</param>
    /// <param name="from">Columns of the FROM clause: what must be grouped.</param>
    /// <param name="plan">The plan below the aggregation.</param>
    /// <param name="list">The grouping expressions and sets.</param>
    public Grouping(BindContext context, Scope scope, IReadOnlyList<int> from, LogicalNode plan, GroupingList list)
    {
        _context = context;
        _scope = scope;
        _plan = plan;
        _input = [.. from];
        _list = list;
        foreach (var group in list.Expressions)
        {
            bool isColumn = group is ColumnExpression c && plan.Columns.Contains(c.Index);
            int id = isColumn ? ((ColumnExpression)group).Index : _context.Pool.Add("group", group.Type);
            if (!isColumn)
            {
                _computed.Add(new ProjectItem(id, group));
            }

            Add(ExpressionText.Print(group), id);
        }
    }

    private bool HasSets => _list.Sets.Count != 1;

    /// <summary>The aggregation, once every expression above it has been rewritten.</summary>
    public LogicalNode Build(AggregateCollector aggregates)
    {
        var input = LogicalProject.Extend(_plan, _context.Pool, [.. _computed, .. aggregates.Computed]);
        if (!HasSets)
        {
            var plain = new LogicalAggregate(input, [.. _groups.Select(g => g.Input)], aggregates.Items);
            return LogicalProject.Extend(plain, _context.Pool, Marks(aggregates, -1));
        }

        int setId = _context.Pool.Add("grouping_set", SqlType.Int32);
        int[] determined = [.. Enumerable.Range(_list.Expressions.Count, _groups.Count - _list.Expressions.Count)];
        var sets = _list.Sets.ConvertAll(s => (IReadOnlyList<int>)[.. s, .. determined]);
        var node = new LogicalGroupingSets(input, _groups, sets, aggregates.Items, setId);
        return LogicalProject.Extend(node, _context.Pool, Marks(aggregates, setId));
    }

    public ScalarExpression Rewrite(ScalarExpression expression)
    {
        if (_byText.TryGetValue(ExpressionText.Print(expression), out int id))
        {
            return _context.Pool.Reference(id);
        }

        if (expression is ColumnExpression column)
        {
            return !_input.Contains(column.Index) ? column
                : Determined(column.Index) ? _context.Pool.Reference(_groups[^1].Output) : throw Ungrouped(column);
        }

        return ExpressionTree.MapChildren(expression, Rewrite);
    }

    /// <summary>The subquery over the columns the aggregation shows; an ungrouped one is refused.</summary>
    public LogicalNode RewriteSubquery(LogicalNode plan)
    {
        var shown = new Dictionary<int, ScalarExpression>();
        foreach (int column in LogicalTree.FreeColumns(plan).Where(_input.Contains))
        {
            int at = _groups.FindIndex(g => g.Input == column);
            if (at < 0 && !Determined(column))
            {
                throw _context.Error(
                    SqlState.GroupingError, $"subquery uses ungrouped column \"{Display(column)}\" from outer query", 0);
            }

            var group = at < 0 ? _groups[^1] : _groups[at];
            if (group.Output != column)
            {
                shown.Add(column, _context.Pool.Reference(group.Output));
            }
        }

        return shown.Count == 0 ? plan : LogicalTree.Substitute(plan, shown);
    }

    private void Add(string text, int id)
    {
        int shown = HasSets ? _context.Pool.Copy(id) : id;
        _byText.Add(text, shown);
        _groups.Add(new GroupedColumn(id, shown));
    }

    /// <summary>A primary key of the column's relation is grouped; then the column is the newest group.</summary>
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
            int at = key is null ? -1 : _groups.FindIndex(g => g.Input == key.Id);
            if (at < 0 || (at < _list.Expressions.Count && !_list.Sets.TrueForAll(s => s.Contains(at))))
            {
                return false;
            }
        }

        Add(ExpressionText.Print(_context.Pool.Reference(column)), column);
        return true;
    }

    /// <summary>The calls of GROUPING: a bit an argument, the last one lowest, 1 where the row's set lacks it.</summary>
    private List<ProjectItem> Marks(AggregateCollector aggregates, int setId)
    {
        var items = new List<ProjectItem>();
        foreach (var (id, arguments, position) in aggregates.Groupings)
        {
            int[] places = [.. arguments.Select(a => PlaceOf(a, position))];
            int MaskOf(int[] set) => places.Aggregate(0, (mask, place) => (mask << 1) | (set.Contains(place) ? 0 : 1));
            static ConstantExpression Number(int value) => new(Datum.OfInt32(value), SqlType.Int32);
            var masks = _list.Sets.Select((set, number) => (Mask: MaskOf(set), Number: number)).GroupBy(s => s.Mask).ToList();
            var branches = masks.SkipLast(1).Select(g => new CaseBranch(
                new InListExpression(_context.Pool.Reference(setId), [.. g.Select(s => Datum.OfInt32(s.Number))], false),
                Number(g.Key))).ToList();
            ScalarExpression last = Number(masks[^1].Key);
            items.Add(new ProjectItem(id, branches.Count == 0 ? last : new CaseExpression(branches, last, SqlType.Int32)));
        }

        return items;
    }

    private int PlaceOf(ScalarExpression argument, int position)
    {
        string text = ExpressionText.Print(argument);
        int place = _list.Expressions.FindIndex(e => ExpressionText.Print(e) == text);
        return place >= 0 ? place : throw _context.Error(
            SqlState.GroupingError, "arguments to GROUPING must be grouping expressions of the associated query level",
            position);
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
