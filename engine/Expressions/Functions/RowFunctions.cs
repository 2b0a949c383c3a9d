using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>ROW(...) and (row).field; the binder gives both their result types.</summary>
internal static class RowFunctions
{
    internal static void Register(FunctionFamily family)
    {
        family.AddTyped(
            "row", [SqlType.Unknown],
            types => SqlType.StructOf(new StructFields([.. types.Select((t, i) => ($"f{i + 1}", t))])),
            Make, canFail: false, strict: false, variadic: true);
        family.Add("row", [], SqlType.StructOf(new StructFields([])), Make, canFail: false, strict: false);
        family.AddTyped(
            "field", [SqlType.StructOf(new StructFields([])), SqlType.Int32], _ => SqlType.Unknown, Field, canFail: false,
            nullFree: false);
    }

    private static void Make(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        using var writer = new ArrayWriter(context);
        foreach (int row in context.Active.Rows(rowCount))
        {
            foreach (ref readonly var argument in arguments)
            {
                writer.Builder.AppendFrom(argument, row);
            }

            writer.PutStruct(ref result, row);
        }
    }

    private static void Field(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var packed = new TextColumn(arguments[0]);
        var fields = arguments[0].Type.Fields!;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int index = arguments[1].Value<int>(row) - 1;
            if ((uint)index >= (uint)fields.Items.Count || !fields.Items[index].Type.Equals(result.Type))
            {
                throw new SqlException(SqlState.InternalError, $"field {index + 1} of {arguments[0].Type} is no {result.Type}");
            }

            var value = new PackedStruct(fields, packed[row]);
            if (value.IsNull(index))
            {
                Bitmap.Clear(result.Validity, row);
                continue;
            }

            switch (result.Type.Layout)
            {
                case Layout.Bit: Bitmap.Put(result.Bits, row, value.Raw(index) != 0); break;
                case Layout.Fixed2: result.Values<short>()[row] = (short)value.Raw(index); break;
                case Layout.Fixed4: result.Values<int>()[row] = (int)value.Raw(index); break;
                case Layout.Fixed8: result.Values<long>()[row] = (long)value.Raw(index); break;
                case Layout.Fixed16: result.Values<Int128>()[row] = value.Raw(index); break;
                default: result.Views[row] = context.Arena.AddString(value.Bytes(index)); break;
            }
        }
    }
}
