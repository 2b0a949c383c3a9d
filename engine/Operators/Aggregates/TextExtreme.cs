using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// The smallest or largest text so far, by bytes, in the pool of the groups' table. Insertions only: a text is replaced, never
/// searched for. What is replaced stays readable until the tick ends. O(length) a row.
/// </summary>
internal sealed class TextExtremeCell(bool isMax) : AggregateCell(24)
{
    internal override bool IsView => true;

    /// <summary>Types whose order is that of their bytes.</summary>
    internal static bool Serves(SqlType type) => type.Id is TypeId.Varchar or TypeId.Bytea;

    internal override void Add(AggregateTarget target, in Vector values, in AggregateRows rows)
    {
        var cells = target.Groups.Current<Extreme<StringView>>(Accumulator);
        var strings = target.Groups.Strings;
        var views = values.Views;
        for (int i = 0; i < rows.Count; i++)
        {
            int row = rows.Row(i);
            Add(strings, ref cells[rows.Groups[row]], ref views[row]);
        }
    }

    internal override void Merge(
        AggregateTarget source, ReadOnlySpan<int> from, AggregateTarget target, ReadOnlySpan<int> into)
    {
        var others = source.Groups.Current<Extreme<StringView>>(Accumulator);
        var cells = target.Groups.Current<Extreme<StringView>>(Accumulator);
        for (int i = 0; i < from.Length; i++)
        {
            ref var other = ref others[from[i]];
            if (other.IsPresent != 0)
            {
                Add(target.Groups.Strings, ref cells[into[i]], ref other.Value);
            }
        }
    }

    private void Add(StringPool strings, ref Extreme<StringView> cell, ref StringView view)
    {
        if (cell.IsPresent != 0)
        {
            int order = view.Head == cell.Value.Head && view.Tail == cell.Value.Tail ? 0 : StringView.Compare(ref view, ref cell.Value);
            if (isMax ? order <= 0 : order >= 0)
            {
                return;
            }

            strings.Release(cell.Value);
        }

        cell.Value = strings.Keep(ref view);
        cell.IsPresent = 1;
    }

    internal override void Remove(AggregateTarget target, int group) =>
        target.Groups.Strings.Release(target.Groups.Current<Extreme<StringView>>(Accumulator)[group].Value);
}

/// <summary>min and max of a text; the views are into the table's pool, readable until the tick ends.</summary>
internal sealed class TextExtremeResult(int extreme, SqlType type) : AggregateResult(type)
{
    internal override void Write(in GroupView view, ReadOnlySpan<int> numbers, ref Vector output, int start, Arena arena)
    {
        var cells = view.Cells<Extreme<StringView>>(extreme);
        var values = output.Views;
        for (int i = 0; i < numbers.Length; i++)
        {
            ref var cell = ref cells[numbers[i]];
            if (cell.IsPresent != 0)
            {
                values[start + i] = cell.Value;
            }
            else
            {
                SetNull(ref output, start + i);
            }
        }
    }
}
