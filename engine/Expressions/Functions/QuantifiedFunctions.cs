using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// x op ANY (array) and x op ALL (array): the elements of all rows and their x become two vectors, the operator's kernel
/// compares them at once, and each row's answers are folded in three-valued logic.
/// </summary>
internal static class QuantifiedFunctions
{
    private static readonly string[] _patternOperators = ["~~", "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*"];

    internal static void Register(FunctionFamily family)
    {
        var anyArray = SqlType.ListOf(SqlType.Unknown);
        foreach (var (symbol, op) in ComparisonFunctions.Operators)
        {
            Add(family, symbol, SqlType.Unknown, anyArray, ComparisonFunctions.KernelOf(op), canFail: false);
        }

        foreach (string symbol in _patternOperators)
        {
            Add(
                family, symbol, SqlType.Varchar, SqlType.ListOf(SqlType.Varchar),
                family.KernelOf(symbol, SqlType.Varchar, SqlType.Varchar), canFail: true);
        }
    }

    private static void Add(
        FunctionFamily family, string symbol, SqlType left, SqlType array, ScalarKernel kernel, bool canFail)
    {
        family.Add(
            BuiltinNames.AnyPrefix + symbol, [left, array], SqlType.Boolean,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Quantify(c, a, n, kernel, isAny: true, ref r),
            canFail, nullFree: false, strict: false);
        family.Add(
            BuiltinNames.AllPrefix + symbol, [left, array], SqlType.Boolean,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Quantify(c, a, n, kernel, isAny: false, ref r),
            canFail, nullFree: false, strict: false);
    }

    private static void Quantify(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ScalarKernel kernel, bool isAny, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[1]);
        var element = arguments[1].Type.Element!;
        var elements = new VectorBuilder(context.Arena, element);
        var rows = new List<int>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[0].IsValid(row) || !arguments[1].IsValid(row))
            {
                continue;
            }

            var list = lists[row];
            for (int i = 0; i < list.Count; i++)
            {
                if (!list.IsNull(i))
                {
                    Append(elements, list, i);
                    rows.Add(row);
                }
            }
        }

        var answers = Compare(context, arguments[0], elements.Build(), rows, kernel);
        Fold(context, arguments, lists, answers, rowCount, isAny, ref result);
    }

    private static Vector Compare(EvaluationContext context, in Vector left, in Vector elements, List<int> rows, ScalarKernel kernel)
    {
        var answers = Vector.Allocate(context.Arena, SqlType.Boolean, rows.Count);
        if (rows.Count == 0)
        {
            return answers;
        }

        var repeated = TakeKernel.Take(left, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows), context.Arena);
        repeated.DropValidity();
        var outer = context.Active;
        context.Active = default;
        kernel(context, [repeated, elements], rows.Count, ref answers);
        context.Active = outer;
        return answers;
    }

    /// <summary>ANY: true if one is; ALL: false if one is; else NULL if anything was NULL.</summary>
    private static void Fold(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, in ArrayColumn lists, in Vector answers, int rowCount, bool isAny,
        ref Vector result)
    {
        result.AddValidity(context.Arena);
        int at = 0;
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (!arguments[1].IsValid(row))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            var list = lists[row];
            bool leftIsNull = !arguments[0].IsValid(row);
            bool decided = false;
            bool unknown = leftIsNull && list.Count > 0;
            for (int i = 0; i < list.Count && !leftIsNull; i++)
            {
                if (list.IsNull(i))
                {
                    unknown = true;
                }
                else
                {
                    decided |= answers.Bit(at++) == isAny;
                }
            }

            Bitmap.Put(result.Bits, row, decided == isAny);
            if (!decided && unknown)
            {
                Bitmap.Clear(result.Validity, row);
            }
        }
    }

    private static void Append(VectorBuilder column, scoped PackedList list, int index)
    {
        switch (column.Type.Layout)
        {
            case Layout.Bit: column.AppendBit(list.Raw(index) != 0); break;
            case Layout.Fixed2: column.Append((short)list.Raw(index)); break;
            case Layout.Fixed4: column.Append((int)list.Raw(index)); break;
            case Layout.Fixed8: column.Append((long)list.Raw(index)); break;
            case Layout.Fixed16: column.Append(list.Raw(index)); break;
            default: column.AppendBytes(list.Bytes(index)); break;
        }
    }
}
