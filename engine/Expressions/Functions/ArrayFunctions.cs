using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Arrays made and taken apart: ARRAY[...], subscripts, slices, lengths, element search. Arrays are packed
/// lists; positions count from 1. A list of lists is an array of more dimensions; where RisingWave and PostgreSQL differ
/// (lengths of empty arrays are 0, array_ndims is the type's) RisingWave is followed.
/// </summary>
internal static class ArrayFunctions
{
    private static readonly SqlType _any = SqlType.Unknown;
    private static readonly SqlType _anyArray = SqlType.ListOf(SqlType.Unknown);

    internal static void Register(FunctionFamily family)
    {
        family.AddTyped("array", [_any], types => SqlType.ListOf(types[0]), Make, canFail: false, strict: false, variadic: true);
        family.AddTyped("array_access", [_anyArray, SqlType.Int32], types => types[0].Element!, Access, canFail: false, nullFree: false);
        family.AddTyped(
            "array_slice", [_anyArray, SqlType.Int32, SqlType.Int32], types => types[0], Slice, canFail: false, strict: false);
        family.Add("array_length", [_anyArray], SqlType.Int32, Length, canFail: false);
        family.Add("cardinality", [_anyArray], SqlType.Int32, Length, canFail: false);
        family.Add("array_length", [_anyArray, SqlType.Int32], SqlType.Int32, LengthOfDimension, nullFree: false);
        family.Add("array_upper", [_anyArray, SqlType.Int32], SqlType.Int32, LengthOfDimension, nullFree: false);
        family.Add("array_lower", [_anyArray, SqlType.Int32], SqlType.Int32, LowerBound, canFail: false, nullFree: false);
        family.Add("array_ndims", [_anyArray], SqlType.Int32, Dimensions, canFail: false, strict: false);
        family.Add("array_dims", [_anyArray], SqlType.Varchar, DimensionsText, nullFree: false);
        family.Add("array_position", [_anyArray, _any], SqlType.Int32, Position, nullFree: false, strict: false);
        family.Add("array_position", [_anyArray, _any, SqlType.Int32], SqlType.Int32, Position, nullFree: false, strict: false);
        family.Add("array_positions", [_anyArray, _any], SqlType.ListOf(SqlType.Int32), Positions, canFail: false, strict: false);
    }

    private static void Make(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            foreach (ref readonly var argument in arguments)
            {
                BranchStep.CheckType(argument, result.Type.Element!);
                writer.Builder.AppendFrom(argument, row);
            }

            writer.Put(ref result, row);
        }
    }

    /// <summary>NULL outside of the array.</summary>
    private static void Access(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            int index = arguments[1].Value<int>(row);
            if (index < 1 || index > list.Count || list.IsNull(index - 1))
            {
                Bitmap.Clear(result.Validity, row);
            }
            else
            {
                ArrayColumn.Put(context, list, index - 1, ref result, row);
            }
        }
    }

    /// <summary>a[i:j]: what lies within; a missing bound is the array's.</summary>
    private static void Slice(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        Nullable(context, arguments[0], ref result);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var list = lists[row];
            int from = arguments[1].IsValid(row) ? Math.Max(arguments[1].Value<int>(row), 1) : 1;
            int to = arguments[2].IsValid(row) ? Math.Min(arguments[2].Value<int>(row), list.Count) : list.Count;
            for (int i = from; i <= to; i++)
            {
                writer.Builder.AppendFrom(list, i - 1);
            }

            writer.Put(ref result, row);
        }
    }

    private static void Length(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Values<int>()[row] = lists[row].Count;
        }
    }

    private static void LengthOfDimension(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            int dimension = arguments[1].Value<int>(row);
            if (dimension > 1)
            {
                throw new SqlException(SqlState.FeatureNotSupported, "dimensions greater than 1 not supported");
            }

            if (dimension == 1)
            {
                result.Values<int>()[row] = lists[row].Count;
            }
            else
            {
                Bitmap.Clear(result.Validity, row);
            }
        }
    }

    private static void LowerBound(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        int dimensions = DimensionsOf(arguments[0].Type);
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Values<int>()[row] = 1;
            if (arguments[1].Value<int>(row) is var dimension && (dimension < 1 || dimension > dimensions))
            {
                Bitmap.Clear(result.Validity, row);
            }
        }
    }

    private static int DimensionsOf(SqlType type)
    {
        int dimensions = 0;
        for (var at = type; at.Id == TypeId.List; at = at.Element!)
        {
            dimensions++;
        }

        return dimensions;
    }

    private static void Dimensions(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        result.Values<int>().Fill(DimensionsOf(arguments[0].Type));

    private static void DimensionsText(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (DimensionsOf(arguments[0].Type) > 1)
            {
                throw new SqlException(SqlState.FeatureNotSupported, "array_dims of arrays of more than one dimension is not supported");
            }

            if (lists[row].Count == 0)
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            result.Views[row] = context.Arena.AddString(System.Text.Encoding.UTF8.GetBytes($"[1:{lists[row].Count}]"));
        }
    }

    private static void Position(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        var wanted = Casts.Apply(context, arguments[1], lists.Element, rowCount);
        result.AddValidity(context.Arena, valid: false);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                continue;
            }

            int start = 1;
            if (arguments.Length > 2)
            {
                start = arguments[2].IsValid(row) ? Math.Max(arguments[2].Value<int>(row), 1)
                    : throw new SqlException(SqlState.NullValueNotAllowed, "initial position must not be null");
            }

            var list = lists[row];
            for (int i = start - 1; i < list.Count; i++)
            {
                if (ArrayColumn.Same(list, i, wanted, row))
                {
                    result.Values<int>()[row] = i + 1;
                    Bitmap.Set(result.Validity, row);
                    break;
                }
            }
        }
    }

    private static void Positions(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        var wanted = Casts.Apply(context, arguments[1], lists.Element, rowCount);
        using var writer = new ArrayWriter(context);
        Nullable(context, arguments[0], ref result);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var list = lists[row];
            for (int i = 0; i < list.Count; i++)
            {
                if (ArrayColumn.Same(list, i, wanted, row))
                {
                    writer.Builder.AppendRaw(SqlType.Int32, i + 1);
                }
            }

            writer.Put(ref result, row);
        }
    }

    /// <summary>Gives the result a bitmap if the argument may be NULL.</summary>
    internal static void Nullable(EvaluationContext context, in Vector argument, ref Vector result)
    {
        if (argument.MayHaveNulls)
        {
            result.AddValidity(context.Arena);
        }
    }
}
