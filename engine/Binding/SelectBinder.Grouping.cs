using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>GROUP BY of one SELECT.</summary>
internal sealed partial class SelectBinder
{
    /// <summary>The grouping expressions. A number is a select item; a bare name an input column, else a select item's.</summary>
    private GroupingList Groups(Sql.SelectBody select, ExpressionBinder binder)
    {
        var groups = new GroupingList(_context, value => binder.BindKnown(Resolve(value, select)));
        groups.Bind(select.GroupBy, select.GroupByDistinct);
        return groups;
    }

    private Sql.Expression Resolve(Sql.Expression value, Sql.SelectBody select)
    {
        switch (value)
        {
            case Sql.NumberLiteral number when select.Items.Any(i => i.Value is Sql.Wildcard):
                throw _context.Unsupported("GROUP BY position beside *", number.Position);
            case Sql.NumberLiteral number:
                return select.Items[_queries.Ordinal(number, select.Items.Count, "GROUP BY")].Value;
            case Sql.ColumnReference { Parts.Count: 1 } name when !_scope.Visible.Exists(c => c.Name == name.Name):
                var matches = select.Items.Where(i => i.Value is not Sql.Wildcard && i.Alias == name.Name).ToList();
                return matches.Count switch
                {
                    0 => value,
                    1 => matches[0].Value,
                    _ when matches.TrueForAll(m => m.Value.Equals(matches[0].Value)) => matches[0].Value,
                    _ => throw _context.Error(
                        SqlState.AmbiguousColumn, $"GROUP BY \"{name.Name}\" is ambiguous", name.Position),
                };
            default:
                return value;
        }
    }
}
