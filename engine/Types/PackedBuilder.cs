using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// Collects the members of one nested value and writes its packed form (<see cref="PackedList"/>,
/// <see cref="PackedStruct"/>). Reusable: a Write starts it anew and keeps its buffers, so that a warm builder allocates
/// nothing. Members are made canonical on the way in. One thread.
/// </summary>
public sealed class PackedBuilder
{
    private byte[] _present = new byte[8];
    private byte[] _fixed = new byte[64];
    private byte[] _ends = new byte[32];
    private byte[] _data = new byte[128];
    private int _fixedUsed;
    private int _endsUsed;
    private int _dataUsed;

    [ThreadStatic]
    private static Stack<PackedBuilder>? _idle;

    /// <summary>A builder of this thread's, empty; <see cref="Return"/> it.</summary>
    internal static PackedBuilder Rent() => (_idle ??= new Stack<PackedBuilder>()).TryPop(out var builder) ? builder : new PackedBuilder();

    internal static void Return(PackedBuilder builder)
    {
        builder.Clear();
        _idle!.Push(builder);
    }

    /// <summary>Members appended so far.</summary>
    public int Count { get; private set; }

    public void Clear()
    {
        Array.Clear(_present);
        Count = 0;
        _fixedUsed = 0;
        _endsUsed = 0;
        _dataUsed = 0;
    }

    public void AppendNull(SqlType type)
    {
        int width = WidthOf(type);
        if (width == 0)
        {
            AppendEnd();
        }
        else
        {
            Reserve(ref _fixed, _fixedUsed, width).Clear();
            _fixedUsed += width;
        }

        Reserve(ref _present, Count >> 3, 1);
        Count++;
    }

    /// <summary>A fixed-width member by its bit pattern.</summary>
    public void AppendRaw(SqlType type, Int128 raw)
    {
        int width = WidthOf(type);
        raw = ValueOrder.Canonical(type, raw);
        var target = Reserve(ref _fixed, _fixedUsed, width);
        switch (width)
        {
            case 1: target[0] = (byte)raw; break;
            case 2: BinaryPrimitives.WriteInt16LittleEndian(target, unchecked((short)raw)); break;
            case 4: BinaryPrimitives.WriteInt32LittleEndian(target, unchecked((int)raw)); break;
            case 8: BinaryPrimitives.WriteInt64LittleEndian(target, unchecked((long)raw)); break;
            default: BinaryPrimitives.WriteInt128LittleEndian(target, raw); break;
        }

        _fixedUsed += width;
        MarkPresent();
    }

    /// <summary>A member of view layout: text, bytes, or a packed value.</summary>
    public void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(ref _data, _dataUsed, bytes.Length));
        _dataUsed += bytes.Length;
        AppendEnd();
        MarkPresent();
    }

    public void Append(in Datum datum)
    {
        if (datum.IsNull)
        {
            AppendNull(datum.Type);
        }
        else if (datum.Type.Layout == Layout.View)
        {
            AppendBytes(datum.Bytes);
        }
        else
        {
            AppendRaw(datum.Type, datum.Raw);
        }
    }

    /// <summary>A member by its text; appends nothing on failure.</summary>
    public ValueStatus TryAppendText(ReadOnlySpan<byte> text, SqlType type, TextOptions options)
    {
        if (type.Layout != Layout.View)
        {
            var parsed = TextParse.TryParseFixed(text, type, options, out var raw);
            if (parsed == ValueStatus.Ok)
            {
                AppendRaw(type, raw);
            }

            return parsed;
        }

        Span<byte> first = stackalloc byte[256];
        var bytes = new TextSink(first);
        var status = TextParse.TryParseView(text, type, options, ref bytes);
        if (status == ValueStatus.Ok)
        {
            AppendBytes(bytes.Written);
        }

        bytes.Dispose();
        return status;
    }

    /// <summary>One row of a column of the member's type.</summary>
    public void AppendFrom(in Vector vector, int row)
    {
        if (!vector.IsValid(row))
        {
            AppendNull(vector.Type);
            return;
        }

        switch (vector.Type.Layout)
        {
            case Layout.Bit: AppendRaw(vector.Type, vector.Bit(row) ? 1 : 0); break;
            case Layout.Fixed2: AppendRaw(vector.Type, vector.Value<short>(row)); break;
            case Layout.Fixed4: AppendRaw(vector.Type, vector.Value<int>(row)); break;
            case Layout.Fixed8: AppendRaw(vector.Type, vector.Value<long>(row)); break;
            case Layout.Fixed16: AppendRaw(vector.Type, vector.Value<Int128>(row)); break;
            default: AppendBytes(vector.Bytes(row)); break;
        }
    }

    /// <summary>One element of a packed list.</summary>
    public void AppendFrom(PackedList list, int index)
    {
        if (list.IsNull(index))
        {
            AppendNull(list.Element);
        }
        else if (list.Element.Layout == Layout.View)
        {
            AppendBytes(list.Bytes(index));
        }
        else
        {
            AppendRaw(list.Element, list.Raw(index));
        }
    }

    /// <summary>Writes the members as a packed list and starts anew.</summary>
    public void WriteList(ref TextSink sink)
    {
        BinaryPrimitives.WriteInt32LittleEndian(sink.GetSpan(4), Count);
        sink.Advance(4);
        WriteStruct(ref sink);
    }

    /// <summary>Writes the members as a packed row value and starts anew.</summary>
    public void WriteStruct(ref TextSink sink)
    {
        sink.Write(_present.AsSpan(0, (Count + 7) >> 3));
        sink.Write(_fixed.AsSpan(0, _fixedUsed));
        sink.Write(_ends.AsSpan(0, _endsUsed));
        sink.Write(_data.AsSpan(0, _dataUsed));
        Clear();
    }

    public byte[] ToList()
    {
        var sink = new TextSink(256);
        WriteList(ref sink);
        byte[] packed = sink.Written.ToArray();
        sink.Dispose();
        return packed;
    }

    public byte[] ToStruct()
    {
        var sink = new TextSink(256);
        WriteStruct(ref sink);
        byte[] packed = sink.Written.ToArray();
        sink.Dispose();
        return packed;
    }

    /// <summary>Bytes a member takes in the fixed part; 0: view layout.</summary>
    internal static int WidthOf(SqlType type) => type.Layout switch
    {
        Layout.Bit => 1,
        Layout.View => 0,
        _ => type.Width,
    };

    internal static Int128 ReadRaw(ReadOnlySpan<byte> bytes, int width) => width switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt128LittleEndian(bytes),
    };

    private void AppendEnd()
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(ref _ends, _endsUsed, 4), _dataUsed);
        _endsUsed += 4;
    }

    private void MarkPresent()
    {
        Reserve(ref _present, Count >> 3, 1)[0] |= (byte)(1 << (Count & 7));
        Count++;
    }

    private static Span<byte> Reserve(ref byte[] buffer, int used, int more)
    {
        if (buffer.Length - used < more)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, checked(used + more)));
        }

        return buffer.AsSpan(used, more);
    }
}
