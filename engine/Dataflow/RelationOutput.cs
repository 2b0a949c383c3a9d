using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Where the deltas of one relation come out, by part, for views to attach to: a source feed's input, or the Materialize
/// operator of a table or view together with its arrangement.
/// </summary>
internal sealed class RelationOutput
{
    private ArrangementSlot[]? _slots;
    private readonly Dictionary<int, int> _readers = [];

    internal required int RelationId { get; init; }

    internal required string Name { get; init; }

    internal required IReadOnlyList<SqlType> ColumnTypes { get; set; }

    /// <summary>The operator whose output are the deltas, by part.</summary>
    internal required Operator[] Operators { get; init; }

    /// <summary>The level they come out at.</summary>
    internal required int Level { get; init; }

    /// <summary>Where rows stand.</summary>
    internal required Partitioning Partitioning { get; init; }

    /// <summary>The kept rows by part, or null for a source, which keeps none.</summary>
    internal Arrangement[]? Arrangements { get; set; }

    /// <summary>Where batches from outside enter (sources and tables), by part; null for views.</summary>
    internal RelationInput[]? Inputs { get; init; }

    /// <summary>What has arrived from outside for the tick to come.</summary>
    internal RelationDeal Deal { get; } = new();

    /// <summary>What makes rows of the relation of what arrives; null: it arrives as it is.</summary>
    internal RelationIntake? Intake { get; init; }

    /// <summary>What was added to parts' levels for it, to be removed with it.</summary>
    internal IReadOnlyList<(GraphPart Part, RootOperator Root)> Roots { get; init; } = [];

    /// <summary>How often <see cref="Arriving"/> may have changed.</summary>
    internal int ReadersVersion { get; private set; }

    /// <summary>A scan reads these columns from now on, or no longer. Between ticks, before the first batch it is to see.</summary>
    internal void CountReader(ReadOnlySpan<int> columns, int change)
    {
        foreach (int column in columns)
        {
            _readers[column] = _readers.GetValueOrDefault(column) + change;
        }

        ReadersVersion++;
    }

    /// <summary>
    /// Of a source, which of the columns that arrive are wanted: those that a view's scan reads and those that make the relation's rows
    /// of what arrives (<see cref="RelationIntake.Needs"/>).
    /// </summary>
    internal WantedColumns Arriving() => Arriving(column => _readers.GetValueOrDefault(column) > 0);

    /// <summary>The same where only these columns of the relation are read.</summary>
    internal WantedColumns Arriving(Func<int, bool> isRead)
    {
        var wanted = new List<bool>();
        for (int i = 0; i < ColumnTypes.Count; i++)
        {
            if (Intake?.Generates(i) != true)
            {
                wanted.Add(isRead(i) || Intake?.Needs(i) == true);
            }
        }

        return WantedColumns.Of([.. wanted]);
    }

    /// <summary>Where joins that read the kept rows find them.</summary>
    internal ArrangementSlot Slot(int part) => (_slots ??= [.. Arrangements!.Select(a => new ArrangementSlot(a))])[part];

    /// <summary>
    /// Of a table, around a tick's execution: what is fed to it has no key with a row, if <paramref name="areNew"/>; keys met are counted
    /// anew.
    /// </summary>
    internal void ExpectNew(bool areNew)
    {
        foreach (var part in Operators)
        {
            if (part is TableOperator table)
            {
                table.KeysAreNew = areNew;
                table.KeysMet = 0;
            }
        }
    }

    /// <summary>Of a table: some key written since <see cref="ExpectNew"/> had a row.</summary>
    internal bool HasMetKeys
    {
        get
        {
            foreach (var part in Operators)
            {
                if (part is TableOperator { KeysMet: > 0 })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Of a table, between ticks: goes on with other arrangements of its rows, which may have more columns.</summary>
    internal void Reshape(IReadOnlyList<SqlType> columnTypes, Arrangement[] arrangements)
    {
        ColumnTypes = columnTypes;
        Arrangements = arrangements;
        for (int part = 0; part < arrangements.Length; part++)
        {
            ((TableOperator)Operators[part]).Replace(arrangements[part]);
            if (_slots is not null)
            {
                _slots[part].Current = arrangements[part];
            }
        }
    }
}
