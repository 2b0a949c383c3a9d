using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// The watermarks of all inputs after the rows of the tick being executed. Written by the lane while it puts a tick together,
/// read by the parts while they execute it.
/// </summary>
internal sealed class WatermarkBoard
{
    /// <summary>No watermark yet: nothing is below.</summary>
    internal const long None = long.MinValue;

    private readonly Dictionary<int, long> _byRelation = [];

    /// <summary>While a view is filled with rows that came earlier watermarks stand still: at their beginning.</summary>
    internal bool IsHidden { get; set; }

    internal void Set(int relationId, long value) => _byRelation[relationId] = value;

    internal void Remove(int relationId) => _byRelation.Remove(relationId);

    /// <summary>The least of some terms.</summary>
    internal long Of(IReadOnlyList<WatermarkTerm> terms)
    {
        if (IsHidden)
        {
            return None;
        }

        long least = long.MaxValue;
        for (int i = 0; i < terms.Count; i++)
        {
            long value = _byRelation.GetValueOrDefault(terms[i].RelationId, None);
            if (value == None)
            {
                return None;
            }

            var steps = terms[i].Steps;
            for (int s = 0; s < steps.Count; s++)
            {
                value = steps[s].Apply(value);
            }

            least = Math.Min(least, value);
        }

        return least;
    }
}
