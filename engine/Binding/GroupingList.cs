using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// The grouping expressions of a GROUP BY, each once, and the grouping sets over them: the product of the sets of its
/// elements, where an expression is one set of itself, ROLLUP all prefixes, CUBE all subsets (SQL:2016 7.13).
/// </summary>
internal sealed class GroupingList
{
    private const int SetsMax = 4096;
    private const int CubeMax = 12;

    private readonly BindContext _context;
    private readonly Func<Sql.Expression, ScalarExpression> _bind;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);

    /// <param name="context">The statement.</param>
    /// <param name="bind">Resolves positions and names of the select list, and binds.</param>
    public GroupingList(BindContext context, Func<Sql.Expression, ScalarExpression> bind)
    {
        _context = context;
        _bind = bind;
    }

    public List<ScalarExpression> Expressions { get; } = [];

    /// <summary>Positions in <see cref="Expressions"/>, a list a set. One set: plain grouping.</summary>
    public List<int[]> Sets { get; private set; } = [[]];

    public void Bind(IReadOnlyList<Sql.GroupingElement> elements, bool distinct)
    {
        foreach (var element in elements)
        {
            var sets = SetsOf(element);
            Check((long)Sets.Count * sets.Count, element.Position);
            Sets = [.. Sets.SelectMany(a => sets.Select(b => (int[])[.. a.Union(b)]))];
        }

        if (distinct)
        {
            Sets = [.. Sets.DistinctBy(s => string.Join(',', s.Order()))];
        }
    }

    private void Check(long count, int position)
    {
        if (count > SetsMax)
        {
            throw _context.Error(
                SqlState.StatementTooComplex, $"too many grouping sets present (maximum {SetsMax})", position);
        }
    }

    private List<int[]> SetsOf(Sql.GroupingElement element)
    {
        switch (element)
        {
            case Sql.GroupingExpression e:
                return [Set(e.Value)];
            case Sql.EmptyGrouping:
                return [[]];
            case Sql.RollupGrouping e:
                var parts = e.Items.Select(Set).ToList();
                return [.. Enumerable.Range(0, parts.Count + 1).Select(dropped => Merged(parts.SkipLast(dropped)))];
            case Sql.CubeGrouping e:
                if (e.Items.Count > CubeMax)
                {
                    throw _context.Error(
                        SqlState.TooManyColumns, $"CUBE is limited to {CubeMax} elements", element.Position);
                }

                var members = e.Items.Select(Set).ToList();
                int all = 1 << members.Count;
                return [.. Enumerable.Range(1, all)
                    .Select(i => Merged(members.Where((_, m) => ((all - i) >> (members.Count - 1 - m) & 1) != 0)))];
            case Sql.GroupingSets e:
                var sets = e.Elements.SelectMany(SetsOf).ToList();
                Check(sets.Count, element.Position);
                return sets;
            default:
                throw _context.Unsupported($"GROUP BY {element.GetType().Name}", element.Position);
        }
    }

    private static int[] Merged(IEnumerable<int[]> parts) => [.. parts.SelectMany(p => p).Distinct()];

    /// <summary>One expression, or several in parentheses.</summary>
    private int[] Set(Sql.Expression value) => value is Sql.RowExpression { Implicit: true } row
        ? [.. row.Elements.Select(Number).Distinct()] : [Number(value)];

    private int Number(Sql.Expression value)
    {
        var bound = _bind(value);
        string text = ExpressionText.Print(bound);
        if (!_byText.TryGetValue(text, out int number))
        {
            _byText.Add(text, number = Expressions.Count);
            Expressions.Add(bound);
        }

        return number;
    }
}
