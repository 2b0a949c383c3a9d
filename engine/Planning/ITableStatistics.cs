namespace Vectorized.Engine.Planning;

/// <summary>What the planner may know of stored rows. Estimates only; never correctness.</summary>
public interface ITableStatistics
{
    /// <summary>Rough row count of a relation, or null when nothing is known (it is empty, or not yet fed).</summary>
    double? RowCount(int relationId);
}

/// <summary>Nothing is known of any relation.</summary>
public sealed class UnknownStatistics : ITableStatistics
{
    public static readonly UnknownStatistics Instance = new();

    public double? RowCount(int relationId) => null;
}
