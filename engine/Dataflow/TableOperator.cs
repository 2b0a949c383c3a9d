using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Keeps a table's rows and turns its changes into deltas. A keyed table takes an ordered change sequence (weight +1 writes
/// the row over whatever stands under its key, -1 deletes by key; the last change of a key wins) and emits what that
/// amounts to: d = -old +new, nothing for a row rewritten as it was. A table without key (rejected records) only
/// grows: its deltas pass as they are.
/// State: the arrangement; invariant: after each push it holds the table as of that point of the tick.
/// </summary>
internal sealed class TableOperator(OperatorContext context, Arrangement arrangement) : Operator(context, inputCount: 1)
{
    private Arrangement _arrangement = arrangement;

    /// <summary>Keys written so far that had a row. Set back by the lane between ticks.</summary>
    internal long KeysMet { get; set; }

    /// <summary>No key that is written next has a row, as a tick's record says. Set by the lane between ticks.</summary>
    internal bool KeysAreNew { get; set; }

    public override string Form => _arrangement.IsBag ? "append" : "upsert";

    /// <summary>Goes on with another arrangement of the same rows and key, between ticks; the old one is the caller's.</summary>
    internal void Replace(Arrangement arrangement) => _arrangement = arrangement;

    public override StateSize MeasureState() => new(_arrangement.LiveRows, _arrangement.LiveBytes);

    public override void Push(int input, Batch batch)
    {
        if (_arrangement.IsBag)
        {
            _arrangement.Apply(batch, Context.Tick);
            Emit(batch);
            return;
        }

        var retracted = Context.Batches.Take(0, 0);
        var inserted = Context.Batches.Take(0, 0);
        KeysMet += _arrangement.Upsert(batch, Context.Tick, Context.TickArena, retracted, inserted, KeysAreNew);
        Emit(retracted);
        Emit(inserted);
    }
}
