using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>Where the columns of numbered rows come from: the rows a view keeps, or a query's sorted input.</summary>
internal interface IRowColumns
{
    /// <summary>One column of the rows, flat or a dictionary, in the arena.</summary>
    Vector Gather(int column, ReadOnlySpan<int> numbers, Arena arena);
}
