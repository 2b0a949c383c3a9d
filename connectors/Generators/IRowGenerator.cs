using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Makes the rows of a source's splits by position: row content, row places and due times depend on nothing else.
/// Positions count from 0; not every position need hold a row.
/// </summary>
internal interface IRowGenerator
{
    int SplitCount { get; }

    /// <summary>The position at which a split ends; long.MaxValue for endless ones.</summary>
    long EndOf(int split);

    /// <summary>The first position at or after the given one that holds a row.</summary>
    long NextRow(int split, long position);

    /// <summary>A number of positions that never holds more rows than this, but at least one.</summary>
    long PositionsFor(int rowCount);

    /// <summary>Only these columns are wanted from now on. The others may be left out (<see cref="VectorEncoding.Absent"/>).</summary>
    void Want(WantedColumns columns)
    {
    }

    /// <summary>The rows in [from, to), owned by the caller.</summary>
    OwnedBatch Generate(int split, long from, long to);

    /// <summary>Whether rows have due times; without, all are due at once.</summary>
    bool IsPaced { get; }

    /// <summary>
    /// Wall time at which position 0 of every split is due, in microseconds since 1970; null: a read starts the time itself.
    /// </summary>
    long? StartMicros { get; }

    /// <summary>The first position of a split that is not yet due, this long after it started at a position.</summary>
    long DueAfter(int split, long start, long elapsedNanos);

    /// <summary>How long after starting at a position another one falls due.</summary>
    long DueTime(int split, long start, long position);
}
