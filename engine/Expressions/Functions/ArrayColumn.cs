using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Reads the lists of an argument by row, and tells elements apart.</summary>
internal readonly ref struct ArrayColumn
{
    private readonly TextColumn _packed;

    internal ArrayColumn(in Vector vector)
    {
        if (vector.Type.Id != TypeId.List)
        {
            throw new SqlException(SqlState.DatatypeMismatch, $"a value of type {vector.Type} stands where an array was expected");
        }

        _packed = new TextColumn(vector);
        Element = vector.Type.Element!;
    }

    internal SqlType Element { get; }

    internal PackedList this[int row] => new(Element, _packed[row]);

    /// <summary>Equality of elements in which NULL equals NULL. Packed values are canonical.</summary>
    internal static bool Same(scoped PackedList a, int i, scoped PackedList b, int j) =>
        a.IsNull(i) ? b.IsNull(j)
        : !b.IsNull(j) && (a.Element.Layout == Layout.View ? a.Bytes(i).SequenceEqual(b.Bytes(j)) : a.Raw(i) == b.Raw(j));

    /// <summary>Whether an element is a row's value of another argument, NULL equal to NULL.</summary>
    internal static bool Same(scoped PackedList list, int i, in Vector values, int row)
    {
        bool isNull = !values.IsValid(row);
        return list.IsNull(i) ? isNull
            : !isNull && (list.Element.Layout == Layout.View
                ? list.Bytes(i).SequenceEqual(values.Bytes(row)) : list.Raw(i) == CanonicalRaw(values, row));
    }

    /// <summary>Three-way comparison of elements that are not NULL.</summary>
    internal static int Compare(scoped PackedList a, int i, scoped PackedList b, int j) => a.Element.Layout == Layout.View
        ? ValueOrder.Compare(a.Element, a.Bytes(i), b.Bytes(j)) : ValueOrder.Compare(a.Element, a.Raw(i), b.Raw(j));

    internal static Int128 CanonicalRaw(in Vector values, int row) => ValueOrder.Canonical(values.Type, values.Type.Layout switch
    {
        Layout.Bit => values.Bit(row) ? 1 : 0,
        Layout.Fixed2 => values.Value<short>(row),
        Layout.Fixed4 => values.Value<int>(row),
        Layout.Fixed8 => values.Value<long>(row),
        _ => values.Value<Int128>(row),
    });

    /// <summary>Writes an element as a row of a flat result of its type.</summary>
    internal static void Put(EvaluationContext context, scoped PackedList list, int index, ref Vector result, int row)
    {
        switch (result.Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(result.Bits, row, list.Raw(index) != 0); break;
            case Layout.Fixed2: result.Values<short>()[row] = (short)list.Raw(index); break;
            case Layout.Fixed4: result.Values<int>()[row] = (int)list.Raw(index); break;
            case Layout.Fixed8: result.Values<long>()[row] = (long)list.Raw(index); break;
            case Layout.Fixed16: result.Values<Int128>()[row] = list.Raw(index); break;
            default: result.Views[row] = context.Arena.AddString(list.Bytes(index)); break;
        }
    }
}
