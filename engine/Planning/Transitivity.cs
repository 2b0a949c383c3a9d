using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>a = b and a = constant: then b = constant, which may reach an index or a filter further down.</summary>
internal static class Transitivity
{
    /// <summary>Conditions that follow and are not among the given.</summary>
    public static List<ScalarExpression> Constants(IReadOnlyList<ScalarExpression> conditions)
    {
        var equal = new Dictionary<int, List<int>>();
        var known = new Dictionary<int, (CallExpression Source, ScalarExpression Value)>();
        foreach (var condition in conditions)
        {
            if (condition is not CallExpression { Function.Name: "=", Arguments: [var a, var b] } call)
            {
                continue;
            }

            switch (a, b)
            {
                case (ColumnExpression x, ColumnExpression y) when x.Type.Equals(y.Type):
                    Link(equal, x.Index, y.Index);
                    Link(equal, y.Index, x.Index);
                    break;
                case (ColumnExpression x, _) when ExpressionTree.IsConstant(b):
                    known.TryAdd(x.Index, (call, b));
                    break;
                case (_, ColumnExpression y) when ExpressionTree.IsConstant(a):
                    known.TryAdd(y.Index, (call, a));
                    break;
                default:
                    break;
            }
        }

        var result = new List<ScalarExpression>();
        var queue = new Queue<int>(known.Keys);
        while (queue.TryDequeue(out int column))
        {
            var (source, value) = known[column];
            foreach (int other in equal.GetValueOrDefault(column, []))
            {
                if (!known.ContainsKey(other))
                {
                    var type = source.Arguments.OfType<ColumnExpression>().First().Type;
                    var derived = source with { Arguments = [new ColumnExpression(other, type), value] };
                    known.Add(other, (derived, value));
                    result.Add(derived);
                    queue.Enqueue(other);
                }
            }
        }

        return result;
    }

    private static void Link(Dictionary<int, List<int>> equal, int from, int to)
    {
        if (!equal.TryGetValue(from, out var list))
        {
            equal.Add(from, list = []);
        }

        list.Add(to);
    }
}
