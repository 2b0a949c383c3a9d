using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Serving;

/// <summary>For plans of single rows, which need no row counts.</summary>
internal sealed class NoStatistics : ITableStatistics
{
    internal static readonly NoStatistics Instance = new();

    public double? RowCount(int relationId) => null;
}
