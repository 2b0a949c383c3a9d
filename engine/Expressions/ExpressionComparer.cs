using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Structural equality of typed expressions: same functions, constants and columns in the same places.</summary>
internal sealed class ExpressionComparer : IEqualityComparer<ScalarExpression>
{
    internal static readonly ExpressionComparer Instance = new();

    public bool Equals(ScalarExpression? x, ScalarExpression? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null || x.GetType() != y.GetType() || !x.Type.Equals(y.Type))
        {
            return false;
        }

        return (x, y) switch
        {
            (CallExpression a, CallExpression b) => ReferenceEquals(a.Function, b.Function) && All(a.Arguments, b.Arguments),
            (CastExpression a, CastExpression b) => Equals(a.Argument, b.Argument),
            (LogicalExpression a, LogicalExpression b) => a.IsAnd == b.IsAnd && All(a.Terms, b.Terms),
            (NullTestExpression a, NullTestExpression b) => a.Negated == b.Negated && Equals(a.Argument, b.Argument),
            (CaseExpression a, CaseExpression b) => Equals(a.Otherwise, b.Otherwise)
                && All([.. a.Branches.Select(p => p.Condition)], [.. b.Branches.Select(p => p.Condition)])
                && All([.. a.Branches.Select(p => p.Result)], [.. b.Branches.Select(p => p.Result)]),
            (CoalesceExpression a, CoalesceExpression b) => All(a.Arguments, b.Arguments),
            (InListExpression a, InListExpression b) =>
                a.Negated == b.Negated && a.Values.SequenceEqual(b.Values) && Equals(a.Argument, b.Argument),
            (LambdaExpression a, LambdaExpression b) => a.Function == b.Function && a.Variables.SequenceEqual(b.Variables)
                && Equals(a.Argument, b.Argument) && Equals(a.Body, b.Body),
            _ => x.Equals(y),
        };
    }

    public int GetHashCode(ScalarExpression obj)
    {
        var hash = default(HashCode);
        hash.Add(obj.GetType());
        switch (obj)
        {
            case ColumnExpression e: hash.Add(e.Index); break;
            case ConstantExpression e: hash.Add(e.Value); break;
            case CallExpression e: hash.Add(e.Function.Name, StringComparer.Ordinal); break;
        }

        foreach (var child in Children(obj))
        {
            hash.Add(GetHashCode(child));
        }

        return hash.ToHashCode();
    }

    /// <summary>The expressions directly below one.</summary>
    internal static IEnumerable<ScalarExpression> Children(ScalarExpression expression) => expression switch
    {
        CallExpression e => e.Arguments,
        CastExpression e => [e.Argument],
        LogicalExpression e => e.Terms,
        NullTestExpression e => [e.Argument],
        CaseExpression e => e.Branches.SelectMany(b => new[] { b.Condition, b.Result }).Append(e.Otherwise),
        CoalesceExpression e => e.Arguments,
        InListExpression e => [e.Argument],
        LambdaExpression e => [e.Argument, e.Body],
        ColumnExpression or ConstantExpression or ParameterExpression or ContextExpression or LambdaVariable => [],
        _ => throw new SqlException(SqlState.InternalError, $"expression {expression.GetType().Name} has no evaluation"),
    };

    private bool All(IReadOnlyList<ScalarExpression> a, IReadOnlyList<ScalarExpression> b)
    {
        for (int i = 0; i < a.Count && a.Count == b.Count; i++)
        {
            if (!Equals(a[i], b[i]))
            {
                return false;
            }
        }

        return a.Count == b.Count;
    }
}
