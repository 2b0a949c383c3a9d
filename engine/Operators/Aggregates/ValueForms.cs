using System.Buffers.Binary;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// Tells equal values of different form apart: numerics by scale, floats by the sign of zero, intervals by their parts. Without
/// it an ordered set would show a form whose row has gone. Holds one batch's forms at a time.
/// </summary>
internal sealed class ValueForms(SqlType valueType)
{
    private const int FormBytesMax = 16;

    private readonly Batch _values = new();
    private Vector _forms;
    private byte[] _key = new byte[128];

    /// <summary>The column that holds a form beside its value.</summary>
    internal SqlType Type => valueType.Id == TypeId.Interval ? SqlType.Uuid : SqlType.Int16;

    internal static bool Has(SqlType type) =>
        type.NumericForm == NumericForm.Free || type.Id is TypeId.Interval or TypeId.Float32 or TypeId.Float64;

    /// <summary>Takes the argument (flat) of a batch.</summary>
    internal void Start(in Vector argument, int rowCount, Arena arena)
    {
        _forms = Vector.Allocate(arena, Type, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (valueType.Id == TypeId.Interval)
            {
                _forms.Values<Int128>()[row] = argument.IsValid(row) ? argument.Values<Int128>()[row] : 0;
            }
            else
            {
                _forms.Values<short>()[row] = argument.IsValid(row) ? SmallForm(in argument, row) : (short)0;
            }
        }
    }

    /// <summary>The value columns of the batch and the form as the last one.</summary>
    internal Batch Beside(Batch batch, int[] valueColumns)
    {
        _values.Reset(batch.RowCount, valueColumns.Length + 1);
        for (int i = 0; i < valueColumns.Length; i++)
        {
            _values[i] = batch[valueColumns[i]];
        }

        _values[valueColumns.Length] = _forms;
        return _values;
    }

    /// <summary>The key with the form of its row behind it, in the order of the forms.</summary>
    internal ReadOnlySpan<byte> Append(ReadOnlySpan<byte> key, int row)
    {
        if (_key.Length < key.Length + FormBytesMax)
        {
            _key = new byte[(key.Length + FormBytesMax) * 2];
        }

        key.CopyTo(_key);
        if (valueType.Id == TypeId.Interval)
        {
            BinaryPrimitives.WriteInt128BigEndian(_key.AsSpan(key.Length), _forms.Values<Int128>()[row] ^ Int128.MinValue);
            return _key.AsSpan(0, key.Length + FormBytesMax);
        }

        _key[key.Length] = (byte)_forms.Values<short>()[row];
        return _key.AsSpan(0, key.Length + 1);
    }

    /// <summary>Gives a value the one form that stands for all equal ones.</summary>
    internal static void MakeCanonical(ref Vector vector, int row)
    {
        switch (vector.Type.Id)
        {
            case TypeId.Numeric when vector.Type.NumericForm == NumericForm.Free:
                ref var numeric = ref vector.Values<Int128>()[row];
                numeric = FreeNumeric.FromBits(numeric).Canonical().Bits;
                break;
            case TypeId.Interval:
                ref var interval = ref vector.Values<Int128>()[row];
                interval = IntervalValue.FromBits(interval).Canonical().Bits;
                break;
            case TypeId.Float32:
                vector.Values<float>()[row] += 0f;
                break;
            case TypeId.Float64:
                vector.Values<double>()[row] += 0.0;
                break;
            default:
                break;
        }
    }

    private short SmallForm(in Vector argument, int row) => valueType.Id switch
    {
        TypeId.Numeric => (short)FreeNumeric.FromBits(argument.Values<Int128>()[row]).Scale,
        TypeId.Float32 => (short)(IsNegativeZero(argument.Values<float>()[row]) ? 0 : 1),
        _ => (short)(IsNegativeZero(argument.Values<double>()[row]) ? 0 : 1),
    };

    private static bool IsNegativeZero(double value) => value == 0 && double.IsNegative(value);
}
