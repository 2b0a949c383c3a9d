using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// Values of every type as the text a client sees (PostgreSQL's output functions with RisingWave's formats). A null
/// row is the caller's: it has no text. Allocation-free.
/// </summary>
public static class TextFormat
{
    /// <summary>Appends the text of a row that is not null.</summary>
    public static void Append(in Vector vector, int row, TextOptions options, ref TextSink sink)
    {
        switch (vector.Type.Layout)
        {
            case Layout.Bit: BooleanText.Append(vector.Bit(row), ref sink); break;
            case Layout.Fixed2: IntegerText.Append(vector.Value<short>(row), ref sink); break;
            case Layout.Fixed4: AppendFixed(vector.Type, vector.Value<int>(row), options, ref sink); break;
            case Layout.Fixed8: AppendFixed(vector.Type, vector.Value<long>(row), options, ref sink); break;
            case Layout.Fixed16: AppendFixed(vector.Type, vector.Value<Int128>(row), options, ref sink); break;
            default: AppendView(vector.Type, vector.Bytes(row), options, ref sink); break;
        }
    }

    /// <summary>Appends the text of a datum that is not null.</summary>
    public static void Append(in Datum datum, TextOptions options, ref TextSink sink)
    {
        if (datum.Type.Layout == Layout.View)
        {
            AppendView(datum.Type, datum.Bytes, options, ref sink);
        }
        else
        {
            AppendFixed(datum.Type, datum.Raw, options, ref sink);
        }
    }

    /// <summary>A fixed-width value by its bit pattern, as <see cref="Datum.Raw"/> holds it.</summary>
    public static void AppendFixed(SqlType type, Int128 raw, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Interval: IntervalText.Append(IntervalValue.FromBits(raw), ref sink); break;
            case TypeId.Uuid: HexText.AppendUuid(raw, ref sink); break;
            case TypeId.Numeric when type.NumericForm == NumericForm.Free:
                NumericText.Append(FreeNumeric.FromBits(raw), ref sink);
                break;
            case TypeId.Numeric when type.NumericForm == NumericForm.Scaled128: NumericText.Append(raw, type.Scale, ref sink); break;
            default: AppendFixed(type, unchecked((long)raw), options, ref sink); break;
        }
    }

    /// <summary>A value of at most 8 bytes, sign-extended.</summary>
    private static void AppendFixed(SqlType type, long raw, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Boolean: BooleanText.Append(raw != 0, ref sink); break;
            case TypeId.Int16 or TypeId.Int32 or TypeId.Int64: IntegerText.Append(raw, ref sink); break;
            case TypeId.Float32: FloatText.Append(BitConverter.Int32BitsToSingle((int)raw), ref sink); break;
            case TypeId.Float64: FloatText.Append(BitConverter.Int64BitsToDouble(raw), ref sink); break;
            case TypeId.Numeric: NumericText.Append(raw, type.Scale, ref sink); break;
            case TypeId.Date: TemporalText.AppendDate((int)raw, ref sink); break;
            case TypeId.Time: TemporalText.AppendTime(raw, ref sink); break;
            case TypeId.Timestamp: TemporalText.AppendTimestamp(raw, ref sink); break;
            case TypeId.TimestampTz: TemporalText.AppendTimestampTz(raw, options.Zone, ref sink); break;
            case TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace:
                IntegerText.Append((uint)raw, ref sink);
                break;
            default: throw NoText(type);
        }
    }

    /// <summary>A value of view layout by its bytes.</summary>
    public static void AppendView(SqlType type, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Bytea: HexText.AppendBytea(bytes, ref sink); break;
            case TypeId.List or TypeId.Struct or TypeId.Map: NestedText.Append(type, bytes, options, ref sink); break;
            case TypeId.Void: break;
            default: sink.Write(bytes); break;
        }
    }

    /// <summary>The text as a string: for messages and tools.</summary>
    public static string ToText(in Datum datum, TextOptions? options = null)
    {
        var sink = new TextSink(256);
        Append(datum, options ?? TextOptions.Default, ref sink);
        string text = sink.ToString();
        sink.Dispose();
        return text;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SqlException NoText(SqlType type) => new(SqlState.InternalError, $"type {type} has no text form");
}
