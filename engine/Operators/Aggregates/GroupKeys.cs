using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The key columns of groups as they are shown: those of their table, or of the table of their owners, whose number stands in one of
/// the groups' accumulators. One thread.
/// </summary>
/// <param name="table">The table that holds the columns.</param>
/// <param name="groups">Whose groups are asked for, where it is another one.</param>
/// <param name="ownerCell">The accumulator with the owner's number.</param>
internal sealed class GroupKeys(GroupTable table, GroupTable? groups = null, int ownerCell = -1)
{
    internal int Count => table.Spec.KeyTypes.Count;

    /// <summary>Fills the first columns of a batch with the groups' keys. Views point into the table: valid within the tick.</summary>
    internal void Gather(Batch batch, ReadOnlySpan<int> numbers, Arena arena)
    {
        if (groups is not null)
        {
            var owners = arena.Allocate<int>(numbers.Length);
            var cells = groups.Current<long>(ownerCell);
            for (int i = 0; i < owners.Length; i++)
            {
                owners[i] = (int)cells[numbers[i]];
            }

            numbers = owners;
        }

        for (int i = 0; i < Count; i++)
        {
            batch[i] = table.GatherKey(i, numbers, arena);
            if (table.Spec.KeyTypes[i].Id == TypeId.Interval)
            {
                // 30 days and 1 month are one group, whichever came first: its canonical form is shown.
                for (int row = 0; row < numbers.Length; row++)
                {
                    ValueForms.MakeCanonical(ref batch[i], row);
                }
            }
        }
    }
}
