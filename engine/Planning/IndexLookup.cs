using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A scan whose conditions fix every column of its primary key, or of an index, becomes look-ups. A list (IN) on a
/// column multiplies the keys.
/// </summary>
/// <param name="IndexColumns">Columns of the relation, in the index's order.</param>
/// <param name="Keys">One list of values a look-up.</param>
/// <param name="Rest">Conditions the look-up does not answer.</param>
internal sealed record IndexLookup(
    IReadOnlyList<int> IndexColumns, IReadOnlyList<IReadOnlyList<ScalarExpression>> Keys,
    IReadOnlyList<ScalarExpression> Rest)
{
    private const int KeysMax = 1024;

    public static IndexLookup? TryMake(
        BindContext context, LogicalScan scan, IReadOnlyList<ScalarExpression> conditions)
    {
        var byColumn = new Dictionary<int, (ScalarExpression Condition, IReadOnlyList<ScalarExpression> Values)>();
        foreach (var condition in conditions)
        {
            if (Match(condition) is { } found && PositionOf(scan.Columns, found.Column) is var at && at >= 0
                && !byColumn.ContainsKey(scan.RelationColumns[at]))
            {
                byColumn.Add(scan.RelationColumns[at], (condition, found.Values));
            }
        }

        foreach (var columns in Candidates(context, scan))
        {
            if (columns.Count > 0 && columns.All(byColumn.ContainsKey)
                && columns.Aggregate(1L, (n, c) => n * byColumn[c].Values.Count) <= KeysMax)
            {
                var answered = columns.Select(c => byColumn[c].Condition).ToHashSet(ReferenceEqualityComparer.Instance);
                return new IndexLookup(
                    columns, Product([.. columns.Select(c => byColumn[c].Values)]),
                    [.. conditions.Where(c => !answered.Contains(c))]);
            }
        }

        return null;
    }

    /// <summary>The primary key first, then the stored key, then indexes as they were made.</summary>
    private static IEnumerable<IReadOnlyList<int>> Candidates(BindContext context, LogicalScan scan)
    {
        var relation = scan.Relation;
        if (relation.PrimaryKey.Count > 0)
        {
            yield return relation.PrimaryKey;
        }

        if (relation.Key is not null)
        {
            yield return relation.Key;
        }

        foreach (var index in context.Catalog.IndexesOf(relation.Id))
        {
            yield return index.Columns;
        }
    }

    /// <summary>column = constant or column IN (constants), of the column's own type.</summary>
    private static (int Column, IReadOnlyList<ScalarExpression> Values)? Match(ScalarExpression condition)
    {
        switch (condition)
        {
            case CallExpression { Function.Name: "=", Arguments: [var a, var b] }:
                return Value(a, b) ?? Value(b, a);
            case InListExpression { Negated: false, Argument: ColumnExpression column } list:
                var values = list.Values.Where(v => !v.IsNull).Distinct()
                    .Select(v => (ScalarExpression)new ConstantExpression(v, v.Type)).ToList();
                return values.TrueForAll(v => v.Type.Equals(column.Type)) ? (column.Index, values) : null;
            default:
                return null;
        }
    }

    private static (int, IReadOnlyList<ScalarExpression>)? Value(ScalarExpression column, ScalarExpression value)
    {
        if (!ExpressionTree.IsConstant(value))
        {
            return null;
        }

        if (column is ColumnExpression plain && SameForm(plain.Type, value.Type))
        {
            return (plain.Index, [value]);
        }

        // An int4 column compared with an int8 constant that fits it.
        return column is CastExpression { Argument: ColumnExpression narrow } && narrow.Type.IsInteger
            && value is ConstantExpression { Value.IsNull: false, Type.IsInteger: true } constant
                && Fits(constant.Value.AsInt64, narrow.Type)
            ? (narrow.Index, [new ConstantExpression(Datum.OfRaw(narrow.Type, constant.Value.Raw), narrow.Type)])
            : null;
    }

    private static bool SameForm(SqlType column, SqlType value) =>
        column.Equals(value) || (
            column.Id == value.Id && column.Id != TypeId.Numeric && column.Base.Equals(value.Base));

    private static bool Fits(long value, SqlType type) => type.Id switch
    {
        TypeId.Int16 => value is >= short.MinValue and <= short.MaxValue,
        TypeId.Int32 => value is >= int.MinValue and <= int.MaxValue,
        _ => true,
    };

    private static List<IReadOnlyList<ScalarExpression>> Product(IReadOnlyList<IReadOnlyList<ScalarExpression>> values)
    {
        List<IReadOnlyList<ScalarExpression>> keys = [[]];
        foreach (var column in values)
        {
            keys = [.. keys.SelectMany(k => column.Select(v => (IReadOnlyList<ScalarExpression>)[.. k, v]))];
        }

        return keys;
    }

    private static int PositionOf(IReadOnlyList<int> list, int value)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] == value)
            {
                return i;
            }
        }

        return -1;
    }
}
