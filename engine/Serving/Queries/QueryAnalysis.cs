using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// Watches one query run: its operators' time is measured, and what they have done is written down at the end, before they are
/// gone. One thread.
/// </summary>
internal sealed class QueryAnalysis(IClock clock)
{
    private readonly Dictionary<PlanNode, List<string>> _figures = new(ReferenceEqualityComparer.Instance);

    /// <summary>For the query's only tick.</summary>
    internal OperatorTiming NewTiming() => new(clock, long.MaxValue);

    /// <summary>All rows have been pulled.</summary>
    internal void Ended(IReadOnlyList<Operator> operators)
    {
        foreach (var node in operators.Where(o => o.Node is not null).GroupBy(o => o.Node!, ReferenceEqualityComparer.Instance))
        {
            _figures[(PlanNode)node.Key!] = [.. OperatorFigures.Lines(node)];
        }
    }

    /// <summary>What a plan's node has done; nothing where it has not been run.</summary>
    internal IEnumerable<string> Figures(PlanNode node) => _figures.GetValueOrDefault(node) ?? [];
}
