using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Arrays as collections: removing, replacing, distinct, sorting, extremes and sums, containment. NULL elements are equal
/// to each other and sort last.
/// </summary>
internal static class ArraySetFunctions
{
    private static readonly SqlType _any = SqlType.Unknown;
    private static readonly SqlType _anyArray = SqlType.ListOf(SqlType.Unknown);

    internal static void Register(FunctionFamily family)
    {
        family.AddTyped("array_remove", [_anyArray, _any], types => types[0], Remove, canFail: false, strict: false);
        family.AddTyped("array_replace", [_anyArray, _any, _any], types => types[0], Replace, canFail: false, strict: false);
        family.AddTyped("array_distinct", [_anyArray], types => types[0], Distinct, canFail: false);
        family.AddTyped("array_sort", [_anyArray], types => types[0], Sort, canFail: false);
        family.AddTyped("array_reverse", [_anyArray], types => types[0], Reverse, canFail: false);
        family.AddTyped("trim_array", [_anyArray, SqlType.Int32], types => types[0], Trim);
        family.AddTyped(
            "array_flatten", [_anyArray],
            types => types[0].Element is { Id: TypeId.List } inner ? inner
                : throw new SqlException(SqlState.DatatypeMismatch, $"array_flatten needs an array of arrays, not {types[0]}"),
            Flatten, canFail: false);
        family.AddTyped(
            SetFunctions.Zip, [SqlType.Unknown],
            types => SqlType.ListOf(SqlType.StructOf(new StructFields([.. types.Select(t => ("unnest", t.Element!))]))),
            Zip, canFail: false, strict: false, variadic: true);
        family.AddTyped("array_min", [_anyArray], types => types[0].Element!, Extreme(-1), canFail: false, nullFree: false);
        family.AddTyped("array_max", [_anyArray], types => types[0].Element!, Extreme(1), canFail: false, nullFree: false);
        foreach (var element in new[] { SqlType.Int16, SqlType.Int32, SqlType.Int64, SqlType.Numeric, SqlType.Float32, SqlType.Float64 })
        {
            var sum = element.Id switch
            {
                TypeId.Int16 or TypeId.Int32 => SqlType.Int64,
                TypeId.Int64 => SqlType.Numeric,
                _ => element,
            };
            family.Add("array_sum", [SqlType.ListOf(element)], sum, Sum, nullFree: false);
        }

        foreach (string name in new[] { "array_contains", "@>" })
        {
            family.Add(
                name, [_anyArray, _anyArray], SqlType.Boolean,
                static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Contains(c, a[0], a[1], n, ref r),
                canFail: false);
        }

        foreach (string name in new[] { "array_contained", "<@" })
        {
            family.Add(
                name, [_anyArray, _anyArray], SqlType.Boolean,
                static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Contains(c, a[1], a[0], n, ref r),
                canFail: false);
        }

        foreach (string name in new[] { "array_overlaps", "&&" })
        {
            family.Add(name, [_anyArray, _anyArray], SqlType.Boolean, Overlaps, canFail: false);
        }
    }

    private static void Remove(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        var removed = Casts.Apply(context, arguments[1], lists.Element, rowCount);
        using var writer = new ArrayWriter(context);
        ArrayFunctions.Nullable(context, arguments[0], ref result);
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
                if (!ArrayColumn.Same(list, i, removed, row))
                {
                    writer.Builder.AppendFrom(list, i);
                }
            }

            writer.Put(ref result, row);
        }
    }

    private static void Replace(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        var from = Casts.Apply(context, arguments[1], lists.Element, rowCount);
        var to = Casts.Apply(context, arguments[2], lists.Element, rowCount);
        using var writer = new ArrayWriter(context);
        ArrayFunctions.Nullable(context, arguments[0], ref result);
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
                if (ArrayColumn.Same(list, i, from, row))
                {
                    writer.Builder.AppendFrom(to, row);
                }
                else
                {
                    writer.Builder.AppendFrom(list, i);
                }
            }

            writer.Put(ref result, row);
        }
    }

    private static void Distinct(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            for (int i = 0; i < list.Count; i++)
            {
                bool seen = false;
                for (int j = 0; j < i && !seen; j++)
                {
                    seen = ArrayColumn.Same(list, j, list, i);
                }

                if (!seen)
                {
                    writer.Builder.AppendFrom(list, i);
                }
            }

            writer.Put(ref result, row);
        }
    }

    private static void Sort(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            var order = new Datum[list.Count];
            for (int i = 0; i < order.Length; i++)
            {
                order[i] = list[i];
            }

            Array.Sort(order, static (a, b) => a.IsNull || b.IsNull ? a.IsNull.CompareTo(b.IsNull) : ValueOrder.Compare(a, b));
            foreach (ref readonly var value in order.AsSpan())
            {
                writer.Builder.Append(value);
            }

            writer.Put(ref result, row);
        }
    }

    private static void Reverse(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            for (int i = list.Count - 1; i >= 0; i--)
            {
                writer.Builder.AppendFrom(list, i);
            }

            writer.Put(ref result, row);
        }
    }

    private static void Trim(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            int count = arguments[1].Value<int>(row);
            if (count < 0 || count > list.Count)
            {
                throw new SqlException("2202E", $"number of elements to trim must be between 0 and {list.Count}");
            }

            for (int i = 0; i < list.Count - count; i++)
            {
                writer.Builder.AppendFrom(list, i);
            }

            writer.Put(ref result, row);
        }
    }

    private static void Flatten(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            for (int i = 0; i < list.Count; i++)
            {
                if (!list.IsNull(i))
                {
                    writer.AppendAll(new PackedList(list.Element.Element!, list.Bytes(i)));
                }
            }

            writer.Put(ref result, row);
        }
    }

    /// <summary>The least (-1) or greatest (1) element that is not NULL.</summary>
    private static Binding.ScalarKernel Extreme(int sign) =>
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var lists = new ArrayColumn(a[0]);
            foreach (int row in c.Active.Rows(n))
            {
                var list = lists[row];
                int best = -1;
                for (int i = 0; i < list.Count; i++)
                {
                    if (!list.IsNull(i) && (best < 0 || ArrayColumn.Compare(list, i, list, best) * sign > 0))
                    {
                        best = i;
                    }
                }

                if (best < 0)
                {
                    Bitmap.Clear(r.Validity, row);
                }
                else
                {
                    ArrayColumn.Put(c, list, best, ref r, row);
                }
            }
        };

    private static void Sum(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var lists = new ArrayColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var list = lists[row];
            bool any = false;
            double real = 0;
            Int128 whole = 0;
            var numeric = FreeNumeric.Zero;
            for (int i = 0; i < list.Count; i++)
            {
                if (list.IsNull(i))
                {
                    continue;
                }

                any = true;
                switch (list.Element.Id)
                {
                    case TypeId.Float32: real += BitConverter.Int32BitsToSingle((int)list.Raw(i)); break;
                    case TypeId.Float64: real += BitConverter.Int64BitsToDouble((long)list.Raw(i)); break;
                    case TypeId.Numeric: numeric = Add(numeric, list[i]); break;
                    default: whole += list.Raw(i); break;
                }
            }

            if (!any)
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            switch (result.Type.Id)
            {
                case TypeId.Float32: result.Values<float>()[row] = (float)real; break;
                case TypeId.Float64: result.Values<double>()[row] = real; break;
                case TypeId.Int64: result.Values<long>()[row] = checked((long)whole); break;
                default:
                    if (list.Element.IsInteger && NumericForms.ToFree(whole, 0, out numeric) != ValueStatus.Ok)
                    {
                        throw ValueErrors.Operation(ValueStatus.NumericOverflow, SqlType.Numeric);
                    }

                    result.Values<FreeNumeric>()[row] = numeric;
                    break;
            }
        }
    }

    private static FreeNumeric Add(FreeNumeric sum, in Datum value)
    {
        var status = ValueStatus.Ok;
        var number = value.Type.NumericForm == NumericForm.Free ? FreeNumeric.FromBits(value.Raw) : default;
        if (value.Type.NumericForm != NumericForm.Free)
        {
            status = NumericForms.ToFree(value.Raw, value.Type.Scale, out number);
        }

        if (status != ValueStatus.Ok || (status = Numerics.Add(sum, number, out sum)) != ValueStatus.Ok)
        {
            throw ValueErrors.Operation(status, SqlType.Numeric);
        }

        return sum;
    }

    /// <summary>Every element of the second stands in the first; a NULL is contained in nothing.</summary>
    private static void Contains(EvaluationContext context, in Vector wholes, in Vector parts, int rowCount, ref Vector result)
    {
        var whole = new ArrayColumn(wholes);
        var part = new ArrayColumn(Casts.Apply(context, parts, wholes.Type, rowCount));
        foreach (int row in context.Active.Rows(rowCount))
        {
            var a = whole[row];
            var b = part[row];
            bool contains = true;
            for (int i = 0; i < b.Count && contains; i++)
            {
                contains = !b.IsNull(i) && Holds(a, b, i);
            }

            Bitmap.Put(result.Bits, row, contains);
        }
    }

    private static void Overlaps(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var left = new ArrayColumn(arguments[0]);
        var right = new ArrayColumn(Casts.Apply(context, arguments[1], arguments[0].Type, rowCount));
        foreach (int row in context.Active.Rows(rowCount))
        {
            var a = left[row];
            var b = right[row];
            bool overlaps = false;
            for (int i = 0; i < b.Count && !overlaps; i++)
            {
                overlaps = !b.IsNull(i) && Holds(a, b, i);
            }

            Bitmap.Put(result.Bits, row, overlaps);
        }
    }

    private static bool Holds(scoped PackedList list, scoped PackedList other, int index)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (ArrayColumn.Same(list, i, other, index))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lists side by side: as many row values as the longest has elements, NULL where one has ended.</summary>
    private static void Zip(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        var member = PackedBuilder.Rent();
        var sink = new TextSink(256);
        foreach (int row in context.Active.Rows(rowCount))
        {
            int longest = 0;
            foreach (ref readonly var argument in arguments)
            {
                longest = Math.Max(longest, argument.IsValid(row) ? new ArrayColumn(argument)[row].Count : 0);
            }

            for (int i = 0; i < longest; i++)
            {
                foreach (ref readonly var argument in arguments)
                {
                    var list = argument.IsValid(row) ? new ArrayColumn(argument)[row] : default;
                    if (i < list.Count)
                    {
                        member.AppendFrom(list, i);
                    }
                    else
                    {
                        member.AppendNull(argument.Type.Element!);
                    }
                }

                sink.Clear();
                member.WriteStruct(ref sink);
                writer.Builder.AppendBytes(sink.Written);
            }

            writer.Put(ref result, row);
        }

        sink.Dispose();
        PackedBuilder.Return(member);
    }
}
