using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Keys of UNION ALL: where each member shows a different constant in one column, that column and the members' keys
/// together identify a row.
/// </summary>
internal static class UnionKeys
{
    public static List<HashSet<int>> Derive(LogicalUnion union, Func<LogicalNode, Facts> facts)
    {
        if (Tag(union) is not { } tag)
        {
            return [];
        }

        var key = new HashSet<int> { union.Columns[tag] };
        for (int m = 0; m < union.Inputs.Count; m++)
        {
            var members = union.MemberColumns[m];
            var known = facts(union.Inputs[m]).Keys.Find(k => k.All(members.Contains));
            if (known is null)
            {
                return [];
            }

            key.UnionWith(union.Columns.Where((_, i) => known.Contains(members[i])));
        }

        return [key];
    }

    /// <summary>The place of a column that tells the members apart.</summary>
    private static int? Tag(LogicalUnion union)
    {
        for (int i = 0; i < union.Columns.Count; i++)
        {
            var values = union.Inputs.Select((member, m) => Constant(member, union.MemberColumns[m][i])).ToList();
            if (values.TrueForAll(v => v is { Value.IsNull: false }) && values.DistinctBy(ExpressionText.Print!).Count() == values.Count)
            {
                return i;
            }
        }

        return null;
    }

    private static ConstantExpression? Constant(LogicalNode node, int id) => node switch
    {
        LogicalFilter f => Constant(f.Input, id),
        LogicalProject p => p.Items.FirstOrDefault(i => i.Id == id).Value switch
        {
            ConstantExpression constant => constant,
            ColumnExpression column => Constant(p.Input, column.Index),
            _ => null,
        },
        _ => null,
    };
}
