using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// PostgreSQL's binary wire form to values (<see cref="BinaryFormat"/> writes it): parameters and COPY. Wrong lengths and
/// forms are <see cref="ValueStatus.InvalidBinary"/> (22P03). The Try forms neither throw nor allocate.
/// </summary>
public static class BinaryParse
{
    /// <summary>Reads and appends one value to a column of the type; appends nothing on failure.</summary>
    public static ValueStatus TryAppend(ReadOnlySpan<byte> bytes, SqlType type, VectorBuilder column)
    {
        if (type.Layout == Layout.View)
        {
            Span<byte> first = stackalloc byte[512];
            var value = new TextSink(first);
            var viewStatus = TryReadView(bytes, type, ref value);
            if (viewStatus == ValueStatus.Ok)
            {
                column.AppendBytes(value.Written);
            }

            value.Dispose();
            return viewStatus;
        }

        var status = TryReadFixed(bytes, type, out var raw);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        switch (type.Layout)
        {
            case Layout.Bit: column.AppendBit(raw != 0); break;
            case Layout.Fixed2: column.Append((short)raw); break;
            case Layout.Fixed4: column.Append((int)raw); break;
            case Layout.Fixed8: column.Append((long)raw); break;
            default: column.Append(raw); break;
        }

        return ValueStatus.Ok;
    }

    /// <summary>A value of a fixed-width type as its bit pattern, sign-extended.</summary>
    public static ValueStatus TryReadFixed(ReadOnlySpan<byte> bytes, SqlType type, out Int128 raw)
    {
        raw = 0;
        if (type.Id == TypeId.Numeric)
        {
            return NumericBinary.TryRead(bytes, type, out raw);
        }

        if (bytes.Length != (type.Layout == Layout.Bit ? 1 : type.Width))
        {
            return ValueStatus.InvalidBinary;
        }

        switch (type.Id)
        {
            case TypeId.Boolean: raw = bytes[0] != 0 ? 1 : 0; return ValueStatus.Ok;
            case TypeId.Int16: raw = BinaryPrimitives.ReadInt16BigEndian(bytes); return ValueStatus.Ok;
            case TypeId.Date:
                long date = BinaryPrimitives.ReadInt32BigEndian(bytes);
                raw = date;
                if (!Temporal.IsFinite((int)date))
                {
                    return ValueStatus.Ok;
                }

                date += Temporal.PostgresEpochDays;
                raw = date;
                return date is < Temporal.DateMin or > Temporal.DateMax ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
            case TypeId.Timestamp or TypeId.TimestampTz:
                long timestamp = BinaryPrimitives.ReadInt64BigEndian(bytes);
                raw = timestamp;
                if (!Temporal.IsFinite(timestamp))
                {
                    return ValueStatus.Ok;
                }

                raw += Temporal.PostgresEpochMicros;
                return raw >= Temporal.TimestampMin && raw <= Temporal.TimestampMax ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
            case TypeId.Time:
                raw = BinaryPrimitives.ReadInt64BigEndian(bytes);
                return raw >= 0 && raw <= Temporal.MicrosPerDay ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
            case TypeId.Uuid: raw = BinaryPrimitives.ReadInt128LittleEndian(bytes); return ValueStatus.Ok;
            case TypeId.Interval:
                raw = new IntervalValue(
                    BinaryPrimitives.ReadInt32BigEndian(bytes[12..]), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
                    BinaryPrimitives.ReadInt64BigEndian(bytes)).Bits;
                return ValueStatus.Ok;
            default:
                raw = type.Width == 4 ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes);
                return ValueStatus.Ok;
        }
    }

    /// <summary>A value of view layout: its bytes are appended to the sink (which a failure may leave longer).</summary>
    public static ValueStatus TryReadView(ReadOnlySpan<byte> bytes, SqlType type, ref TextSink value)
    {
        switch (type.Id)
        {
            case TypeId.Bytea:
                value.Write(bytes);
                return ValueStatus.Ok;
            case TypeId.Jsonb:
                // A json parameter comes without jsonb's version byte.
                return JsonbText.TryNormalize(bytes.Length > 0 && bytes[0] == 1 ? bytes[1..] : bytes, ref value);
            case TypeId.List: return TryReadArray(bytes, type, ref value);
            case TypeId.Struct: return TryReadRecord(bytes, type.Fields!, ref value);
            case TypeId.Void: return ValueStatus.InvalidBinary;
            default: return TextParse.TryParseView(bytes, type, TextOptions.Default, ref value);
        }
    }

    public static ValueStatus TryRead(ReadOnlySpan<byte> bytes, SqlType type, out Datum value)
    {
        if (type.Layout != Layout.View)
        {
            var status = TryReadFixed(bytes, type, out var raw);
            value = status == ValueStatus.Ok ? Datum.OfRaw(type, raw) : Datum.Null(type);
            return status;
        }

        Span<byte> first = stackalloc byte[256];
        var read = new TextSink(first);
        var viewStatus = TryReadView(bytes, type, ref read);
        value = viewStatus == ValueStatus.Ok ? Datum.OfBytes(type, read.Written.ToArray()) : Datum.Null(type);
        read.Dispose();
        return viewStatus;
    }

    /// <summary>As TryRead, throwing PostgreSQL's error.</summary>
    public static Datum Read(ReadOnlySpan<byte> bytes, SqlType type)
    {
        var status = TryRead(bytes, type, out var value);
        return status == ValueStatus.Ok ? value : throw ValueErrors.Binary(status, type);
    }

    private static ValueStatus TryReadArray(ReadOnlySpan<byte> bytes, SqlType type, ref TextSink value)
    {
        if (bytes.Length < 12)
        {
            return ValueStatus.InvalidBinary;
        }

        int dimensions = BinaryPrimitives.ReadInt32BigEndian(bytes);
        uint oid = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var leaf = type;
        int depth = 0;
        for (; leaf.Id == TypeId.List; leaf = leaf.Element!)
        {
            depth++;
        }

        bool isKnown = leaf.Id == TypeId.Struct ? oid == TypeOids.Record : TypeOids.Find(oid)?.Id is { } id
            && (id == leaf.Id || (id is TypeId.Varchar or TypeId.Unknown && leaf.IsText));
        if (dimensions < 0 || (dimensions != 0 && dimensions != depth) || !isKnown || bytes.Length < 12 + (8L * dimensions))
        {
            return ValueStatus.InvalidBinary;
        }

        if (dimensions == 0)
        {
            var empty = PackedBuilder.Rent();
            empty.WriteList(ref value);
            PackedBuilder.Return(empty);
            return bytes.Length == 12 ? ValueStatus.Ok : ValueStatus.InvalidBinary;
        }

        var rest = bytes[(12 + (8 * dimensions))..];
        var status = TryReadElements(type, bytes[12..], ref rest, ref value);
        return status == ValueStatus.Ok && !rest.IsEmpty ? ValueStatus.InvalidBinary : status;
    }

    /// <summary>The elements of one dimension: each takes at least its length's four bytes, which bounds the loop.</summary>
    private static ValueStatus TryReadElements(SqlType type, ReadOnlySpan<byte> lengths, ref ReadOnlySpan<byte> rest, ref TextSink value)
    {
        int count = BinaryPrimitives.ReadInt32BigEndian(lengths);
        var builder = PackedBuilder.Rent();
        var status = count < 0 ? ValueStatus.InvalidBinary : ValueStatus.Ok;
        for (int i = 0; i < count && status == ValueStatus.Ok; i++)
        {
            if (type.Element!.Id != TypeId.List)
            {
                status = TryReadMember(type.Element, ref rest, builder);
                continue;
            }

            var inner = new TextSink(256);
            status = rest.IsEmpty ? ValueStatus.InvalidBinary : TryReadElements(type.Element, lengths[8..], ref rest, ref inner);
            if (status == ValueStatus.Ok)
            {
                builder.AppendBytes(inner.Written);
            }

            inner.Dispose();
        }

        if (status == ValueStatus.Ok)
        {
            builder.WriteList(ref value);
        }

        PackedBuilder.Return(builder);
        return status;
    }

    private static ValueStatus TryReadRecord(ReadOnlySpan<byte> bytes, StructFields fields, ref TextSink value)
    {
        if (bytes.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(bytes) != fields.Items.Count)
        {
            return ValueStatus.InvalidBinary;
        }

        bytes = bytes[4..];
        var builder = PackedBuilder.Rent();
        var status = ValueStatus.Ok;
        for (int i = 0; i < fields.Items.Count && status == ValueStatus.Ok; i++)
        {
            if (bytes.Length < 8)
            {
                status = ValueStatus.InvalidBinary;
                break;
            }

            bytes = bytes[4..];
            status = TryReadMember(fields.Items[i].Type, ref bytes, builder);
        }

        if (status == ValueStatus.Ok && bytes.IsEmpty)
        {
            builder.WriteStruct(ref value);
        }

        PackedBuilder.Return(builder);
        return status == ValueStatus.Ok && !bytes.IsEmpty ? ValueStatus.InvalidBinary : status;
    }

    private static ValueStatus TryReadMember(SqlType type, ref ReadOnlySpan<byte> rest, PackedBuilder builder)
    {
        if (rest.Length < 4)
        {
            return ValueStatus.InvalidBinary;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[4..];
        if (length == -1)
        {
            builder.AppendNull(type);
            return ValueStatus.Ok;
        }

        if (length < 0 || length > rest.Length)
        {
            return ValueStatus.InvalidBinary;
        }

        var bytes = rest[..length];
        rest = rest[length..];
        if (type.Layout != Layout.View)
        {
            var status = TryReadFixed(bytes, type, out var raw);
            if (status == ValueStatus.Ok)
            {
                builder.AppendRaw(type, raw);
            }

            return status;
        }

        Span<byte> first = stackalloc byte[256];
        var member = new TextSink(first);
        var viewStatus = TryReadView(bytes, type, ref member);
        if (viewStatus == ValueStatus.Ok)
        {
            builder.AppendBytes(member.Written);
        }

        member.Dispose();
        return viewStatus;
    }
}
