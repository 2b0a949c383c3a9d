using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// PostgreSQL's binary wire form of every type, outward (<see cref="BinaryParse"/> reads it). Network order; dates and
/// timestamps count from 2000-01-01. Maps, which PostgreSQL has not, go out as their text. Allocation-free.
/// </summary>
public static class BinaryFormat
{
    /// <summary>Appends the binary form of a row that is not null, without a length.</summary>
    public static void Append(in Vector vector, int row, TextOptions options, ref TextSink sink)
    {
        switch (vector.Type.Layout)
        {
            case Layout.Bit: sink.WriteByte(vector.Bit(row) ? (byte)1 : (byte)0); break;
            case Layout.Fixed2: sink.WriteInt16(vector.Value<short>(row)); break;
            case Layout.Fixed4: Append4(vector.Type, vector.Value<int>(row), ref sink); break;
            case Layout.Fixed8: Append8(vector.Type, vector.Value<long>(row), ref sink); break;
            case Layout.Fixed16: Append16(vector.Type, vector.Value<Int128>(row), ref sink); break;
            default: AppendView(vector.Type, vector.Bytes(row), options, ref sink); break;
        }
    }

    /// <summary>Appends the binary form of a datum that is not null.</summary>
    public static void Append(in Datum datum, TextOptions options, ref TextSink sink)
    {
        if (datum.Type.Layout == Layout.View)
        {
            AppendView(datum.Type, datum.Bytes, options, ref sink);
        }
        else
        {
            AppendFixed(datum.Type, datum.Raw, ref sink);
        }
    }

    /// <summary>A fixed-width value by its bit pattern.</summary>
    public static void AppendFixed(SqlType type, Int128 raw, ref TextSink sink)
    {
        switch (type.Layout)
        {
            case Layout.Bit: sink.WriteByte((byte)raw); break;
            case Layout.Fixed2: sink.WriteInt16((short)raw); break;
            case Layout.Fixed4: Append4(type, (int)raw, ref sink); break;
            case Layout.Fixed8: Append8(type, (long)raw, ref sink); break;
            default: Append16(type, raw, ref sink); break;
        }
    }

    public static void AppendView(SqlType type, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Jsonb:
                sink.WriteByte(1);
                sink.Write(bytes);
                break;
            case TypeId.List: AppendArray(type, bytes, options, ref sink); break;
            case TypeId.Struct: AppendRecord(new PackedStruct(type.Fields!, bytes), options, ref sink); break;
            case TypeId.Map: NestedText.Append(type, bytes, options, ref sink); break;
            case TypeId.Void: break;
            default: sink.Write(bytes); break;
        }
    }

    private static void Append4(SqlType type, int value, ref TextSink sink) => sink.WriteInt32(
        type.Id == TypeId.Date && Temporal.IsFinite(value) ? value - Temporal.PostgresEpochDays : value);

    private static void Append8(SqlType type, long value, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Timestamp or TypeId.TimestampTz:
                sink.WriteInt64(Temporal.IsFinite(value) ? value - Temporal.PostgresEpochMicros : value);
                break;
            case TypeId.Numeric: NumericBinary.Append(value < 0, Numerics.Magnitude(value), type.Scale, ref sink); break;
            default: sink.WriteInt64(value); break;
        }
    }

    private static void Append16(SqlType type, Int128 value, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Uuid:
                BinaryPrimitives.WriteInt128LittleEndian(sink.GetSpan(16), value);
                sink.Advance(16);
                break;
            case TypeId.Interval:
                var interval = IntervalValue.FromBits(value);
                sink.WriteInt64(interval.Micros);
                sink.WriteInt32(interval.Days);
                sink.WriteInt32(interval.Months);
                break;
            default:
                if (type.NumericForm == NumericForm.Free)
                {
                    NumericBinary.Append(FreeNumeric.FromBits(value), ref sink);
                }
                else
                {
                    NumericBinary.Append(value < 0, Numerics.Magnitude(value), type.Scale, ref sink);
                }

                break;
        }
    }

    private static void AppendRecord(scoped PackedStruct row, TextOptions options, ref TextSink sink)
    {
        sink.WriteInt32(row.Fields.Items.Count);
        for (int i = 0; i < row.Fields.Items.Count; i++)
        {
            var type = row.Fields.Items[i].Type;
            sink.WriteInt32((int)TypeOids.Of(type));
            AppendMember(type, row.IsNull(i), row.Raw(i), row.Bytes(i), options, ref sink);
        }
    }

    /// <summary>A list of lists goes out as one array of more dimensions, which must not be ragged.</summary>
    private static void AppendArray(SqlType type, scoped ReadOnlySpan<byte> packed, TextOptions options, ref TextSink sink)
    {
        Span<int> lengths = stackalloc int[6];
        var leaf = type;
        int dimensions = 0;
        for (; leaf.Id == TypeId.List; leaf = leaf.Element!)
        {
            if (dimensions == lengths.Length)
            {
                throw new SqlException(SqlState.ProgramLimitExceeded, "number of array dimensions exceeds the maximum allowed (6)");
            }

            lengths[dimensions++] = -1;
        }

        bool hasNull = Measure(type, packed, lengths, 0);
        bool isEmpty = lengths[..dimensions].ContainsAny(0, -1);
        sink.WriteInt32(isEmpty ? 0 : dimensions);
        sink.WriteInt32(hasNull ? 1 : 0);
        sink.WriteInt32((int)TypeOids.Of(leaf));
        if (isEmpty)
        {
            return;
        }

        foreach (int length in lengths[..dimensions])
        {
            sink.WriteInt32(length);
            sink.WriteInt32(1);
        }

        AppendElements(type, packed, options, ref sink);
    }

    /// <summary>The length of each dimension; true if an element is null. Ragged lists are refused.</summary>
    private static bool Measure(SqlType type, scoped ReadOnlySpan<byte> packed, scoped Span<int> lengths, int dimension)
    {
        var list = new PackedList(type.Element!, packed);
        if (lengths[dimension] >= 0 && lengths[dimension] != list.Count)
        {
            throw Ragged();
        }

        lengths[dimension] = list.Count;
        bool hasNull = false;
        for (int i = 0; i < list.Count; i++)
        {
            if (type.Element!.Id != TypeId.List)
            {
                hasNull |= list.IsNull(i);
            }
            else
            {
                hasNull |= list.IsNull(i) ? throw Ragged() : Measure(type.Element, list.Bytes(i), lengths, dimension + 1);
            }
        }

        return hasNull;
    }

    private static void AppendElements(SqlType type, scoped ReadOnlySpan<byte> packed, TextOptions options, ref TextSink sink)
    {
        var list = new PackedList(type.Element!, packed);
        for (int i = 0; i < list.Count; i++)
        {
            if (type.Element!.Id == TypeId.List)
            {
                AppendElements(type.Element, list.Bytes(i), options, ref sink);
            }
            else
            {
                AppendMember(type.Element, list.IsNull(i), list.Raw(i), list.Bytes(i), options, ref sink);
            }
        }
    }

    private static void AppendMember(
        SqlType type, bool isNull, Int128 raw, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        int start = sink.Position;
        sink.WriteInt32(-1);
        if (isNull)
        {
            return;
        }

        if (type.Layout == Layout.View)
        {
            AppendView(type, bytes, options, ref sink);
        }
        else
        {
            AppendFixed(type, raw, ref sink);
        }

        sink.PatchInt32(start, sink.Position - start - 4);
    }

    private static SqlException Ragged() => new(
        SqlState.FeatureNotSupported, "arrays whose sub-arrays differ in length have no binary form", hint: "Ask for text.");
}
