using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Everything from outside that a tick's execution depends on: replaying the records gives the same state, row for row
/// (DESIGN.md section 1.1). Filled by the main lane while it cuts a tick; then it stands until it is durable, after which the
/// lane may begin another tick with it.
/// </summary>
internal sealed class TickRecord
{
    internal long Number { get; set; }

    /// <summary>Of a record that was read: the form its writes are in.</summary>
    internal byte Format { get; init; }

    /// <summary>now() of this tick in microseconds since 1970; never below its predecessor's.</summary>
    internal long NowMicros { get; set; }

    /// <summary>Seed of volatile functions in this tick.</summary>
    internal ulong Seed { get; set; }

    /// <summary>How far each source split was read, for the feeds that were.</summary>
    internal List<SourceAdvance> Advances { get; } = [];

    /// <summary>
    /// Splits that watermarks wait for from the start of this tick on, and those they no longer wait for because they have been
    /// silent for so long (until they send rows again).
    /// </summary>
    internal List<SplitDecision> Splits { get; } = [];

    /// <summary>Views that stop in this tick for want of memory.</summary>
    internal List<ViewStop> Stops { get; } = [];

    /// <summary>Resolved rows of inputs that cannot be read again, in order.</summary>
    internal List<TableWrite> Writes { get; } = [];

    /// <summary>
    /// The definition the tick was made for, or null: it stands alone, and what it did to the dataflow came before the tick.
    /// </summary>
    internal DefinitionEntry? Definition { get; set; }

    /// <summary>Whether no key written to a table in this tick had a row.</summary>
    internal bool IsNew(int tableId)
    {
        foreach (var write in Writes)
        {
            if (write.TableId == tableId && !write.AreNew)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Empties the record for a tick.</summary>
    internal void Begin(long number, long nowMicros)
    {
        Number = number;
        NowMicros = nowMicros;
        Seed = (ulong)number;
        Advances.Clear();
        Splits.Clear();
        Stops.Clear();
        Writes.Clear();
        Definition = null;
    }
}

/// <summary>A change of the catalog: the statement, and the change as <c>CatalogJson</c> wrote it, plans included.</summary>
internal sealed record DefinitionEntry(string Text, byte[] CatalogChange);

/// <summary>A source's split was read up to a position and gave so many rows (records refused not counted).</summary>
internal readonly record struct SourceAdvance(int SourceId, string Split, long Position, int RowCount);

/// <summary>A split of a relation with a watermark appeared, or was declared idle.</summary>
internal readonly record struct SplitDecision(int RelationId, string Split, bool IsIdle);

/// <summary>
/// Changes of one table after conflict resolution: a consolidated delta over the table's columns. The batch lives until
/// the record has been executed and is durable. <paramref name="AreNew"/>: no key in it had a row, as was found when it was executed,
/// so whoever executes it again need not look.
/// </summary>
internal readonly record struct TableWrite(int TableId, Batch Delta, bool AreNew = false);
