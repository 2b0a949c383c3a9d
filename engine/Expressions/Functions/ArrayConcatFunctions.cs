using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// array_cat, array_append, array_prepend and || of arrays. Elements of two types become those of their common type; an
/// array next to an array of arrays is one element of it. NULL arrays count as empty, two of them are NULL.
/// </summary>
internal static class ArrayConcatFunctions
{
    private static readonly SqlType _any = SqlType.Unknown;
    private static readonly SqlType _anyArray = SqlType.ListOf(SqlType.Unknown);

    /// <summary>What becomes of the two sides.</summary>
    private enum Shape
    {
        Concatenate,
        Append,
        Prepend,
    }

    internal static void Register(FunctionFamily family)
    {
        foreach (string name in new[] { "array_cat", "||" })
        {
            Add(family, name, [_anyArray, _anyArray], ShapeOf);
        }

        foreach (string name in new[] { "array_append", "||" })
        {
            Add(family, name, [_anyArray, _any], (_, _) => Shape.Append);
        }

        foreach (string name in new[] { "array_prepend", "||" })
        {
            Add(family, name, [_any, _anyArray], (_, _) => Shape.Prepend);
        }
    }

    private static void Add(
        FunctionFamily family, string name, SqlType[] parameters, Func<SqlType, SqlType, Shape> shape) => family.AddTyped(
        name, parameters, types => ResultOf(shape(types[0], types[1]), types[0], types[1]),
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            switch (shape(a[0].Type, a[1].Type))
            {
                case Shape.Concatenate: Concatenate(c, a[0], a[1], n, ref r); break;
                case Shape.Append: Extend(c, a[0], a[1], false, n, ref r); break;
                default: Extend(c, a[1], a[0], true, n, ref r); break;
            }
        },
        strict: false);

    private static Shape ShapeOf(SqlType left, SqlType right) => (DepthOf(left) - DepthOf(right)) switch
    {
        1 => Shape.Append,
        -1 => Shape.Prepend,
        _ => Shape.Concatenate,
    };

    private static int DepthOf(SqlType type) => type.Id == TypeId.List ? 1 + DepthOf(type.Element!) : 0;

    /// <summary>The list both sides fit; 42883 when there is none.</summary>
    internal static SqlType ListFor(bool append, SqlType left, SqlType right) =>
        ResultOf(append ? Shape.Append : Shape.Prepend, left, right);

    private static SqlType ResultOf(Shape shape, SqlType left, SqlType right)
    {
        var first = shape == Shape.Prepend ? left : left.Element ?? left;
        var second = shape == Shape.Append ? right : right.Element ?? right;
        return CommonType.TrySelect([first, second], out var element, out _)
            ? SqlType.ListOf(CommonType.Beside([first, second], element))
            : throw new SqlException(
                SqlState.UndefinedFunction, $"operator does not exist: {left} || {right}",
                hint: "No operator matches the given name and argument types. You might need to add explicit type casts.");
    }

    private static void Concatenate(EvaluationContext context, in Vector left, in Vector right, int rowCount, ref Vector result)
    {
        var a = Casts.Apply(context, left, result.Type, rowCount);
        var b = Casts.Apply(context, right, result.Type, rowCount);
        var leftLists = new ArrayColumn(a);
        var rightLists = new ArrayColumn(b);
        using var writer = new ArrayWriter(context);
        if (a.MayHaveNulls && b.MayHaveNulls)
        {
            result.AddValidity(context.Arena);
        }

        foreach (int row in context.Active.Rows(rowCount))
        {
            bool hasLeft = a.IsValid(row);
            bool hasRight = b.IsValid(row);
            if (!hasLeft && !hasRight)
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            if (hasLeft)
            {
                writer.AppendAll(leftLists[row]);
            }

            if (hasRight)
            {
                writer.AppendAll(rightLists[row]);
            }

            writer.Put(ref result, row);
        }
    }

    internal static void Extend(
        EvaluationContext context, in Vector lists, in Vector elements, bool atFront, int rowCount, ref Vector result)
    {
        var list = Casts.Apply(context, lists, result.Type, rowCount);
        var element = Casts.Apply(context, elements, result.Type.Element!, rowCount);
        var column = new ArrayColumn(list);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (atFront)
            {
                writer.Builder.AppendFrom(element, row);
            }

            if (list.IsValid(row))
            {
                writer.AppendAll(column[row]);
            }

            if (!atFront)
            {
                writer.Builder.AppendFrom(element, row);
            }

            writer.Put(ref result, row);
        }
    }
}
