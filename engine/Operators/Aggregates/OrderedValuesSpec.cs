using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Which values of which rows an <see cref="OrderedValues"/> keeps, and in which order. All numbers are input columns.</summary>
/// <param name="InputTypes">Types of all input columns.</param>
/// <param name="GroupColumns">The group.</param>
/// <param name="ValueColumns">The argument, and a second one (a separator) if there is one.</param>
/// <param name="Order">The order within a group.</param>
/// <param name="TieColumns">What tells equal rows of the order apart: the stream's key, or the whole row; none if rows need not be.</param>
/// <param name="Filter">Boolean column that must be true, or -1.</param>
/// <param name="SkipsNulls">Rows whose argument is NULL are left out.</param>
/// <param name="KeepsForms">Equal values of different form (1.0 and 1.00, 30 days and 1 mon) are told apart, last in the order.</param>
/// <param name="RanksByCount">The keys also stand in a second order, the most frequent of a group first.</param>
internal sealed record OrderedValuesSpec(
    IReadOnlyList<SqlType> InputTypes,
    IReadOnlyList<int> GroupColumns,
    IReadOnlyList<int> ValueColumns,
    IReadOnlyList<SortKey> Order,
    IReadOnlyList<int> TieColumns,
    int Filter,
    bool SkipsNulls,
    bool KeepsForms = false,
    bool RanksByCount = false)
{
    internal int[] ValueColumnArray { get; } = [.. ValueColumns];

    /// <summary>The order is that of the value alone, ascending.</summary>
    internal bool IsByValue => TieColumns.Count == 0 && Order.Count == 1
        && Order[0] == new SortKey(ValueColumns[0], false, false);

    /// <summary>
    /// The order and the ties contain the values, so that rows with equal keys have equal values at any moment; if not, they
    /// have them only at the end of a tick (the tie is the stream's key, and a row may be updated under it).
    /// </summary>
    internal bool KeyHoldsValues => ValueColumns.All(c => TieColumns.Contains(c) || Order.Any(k => k.Column == c));

    /// <summary>Equal texts keep the same values in the same order.</summary>
    internal string Text =>
        $"{string.Join(',', ValueColumns)} by {string.Join(',', Order)} then {string.Join(',', TieColumns)}"
        + $" where {Filter} {SkipsNulls} {KeepsForms} {RanksByCount}";
}
