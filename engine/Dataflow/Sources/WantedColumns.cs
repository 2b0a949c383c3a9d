using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow.Sources;

/// <summary>
/// Which of a source's columns anybody reads. Chunks may hold the others as <see cref="VectorEncoding.Absent"/>: they are decoded as
/// far as it takes to tell whether the record is one, and not kept. Never changed; any thread.
/// </summary>
public sealed class WantedColumns
{
    private readonly bool[]? _isWanted;

    private WantedColumns(bool[]? isWanted) => _isWanted = isWanted;

    public static WantedColumns All { get; } = new(null);

    /// <summary>By column, in the source's order.</summary>
    public static WantedColumns Of(bool[] isWanted) => new(isWanted);

    public bool this[int column] => _isWanted is null || _isWanted[column];

    /// <summary>The same of other columns: the one at i stands for this one's at places[i].</summary>
    public WantedColumns At(IReadOnlyList<int> places) => new([.. places.Select(place => this[place])]);

    /// <summary>Whether rows hold everything that is wanted.</summary>
    public bool AreIn(Batch rows)
    {
        for (int i = 0; i < rows.ColumnCount && rows.RowCount > 0; i++)
        {
            if (rows[i].Encoding == VectorEncoding.Absent && this[i])
            {
                return false;
            }
        }

        return true;
    }
}
