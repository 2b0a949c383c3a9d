using System.Text;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// ONE scalar value of a SQL type: a literal, a parameter, a folded constant. Fixed-width values stand in
/// <see cref="Raw"/> as a column holds them, sign-extended from the column's width (booleans 0 or 1, floats by bit
/// pattern); values of view layout stand in <see cref="Bytes"/> (text as UTF-8, nested values packed).
/// Equality is identity of type and representation, as an expression tree needs it: interval '30 days' is not
/// interval '1 month', -0.0 is not 0.0. The order and equality SQL sees are <see cref="ValueOrder"/>'s.
/// Not for hot paths: a column of values is a <see cref="Vector"/>. The byte array belongs to the datum and is never changed.
/// </summary>
public readonly struct Datum : IEquatable<Datum>
{
    private readonly SqlType? _type;
    private readonly bool _present;

    private Datum(SqlType type, bool present, Int128 raw, byte[]? bytes)
    {
        _type = type;
        _present = present;
        Raw = raw;
        Bytes = bytes;
    }

    public SqlType Type => _type ?? SqlType.Unknown;

    public bool IsNull => !_present;

    /// <summary>The value of a fixed-width type; 0 for NULL and for view layouts.</summary>
    public Int128 Raw { get; }

    /// <summary>The value of a type of view layout; null for NULL and for fixed-width types.</summary>
    public byte[]? Bytes { get; }

    public static Datum Null(SqlType type) => new(type, false, 0, null);

    public static Datum OfBoolean(bool value) => new(SqlType.Boolean, true, value ? 1 : 0, null);

    public static Datum OfInt16(short value) => new(SqlType.Int16, true, value, null);

    public static Datum OfInt32(int value) => new(SqlType.Int32, true, value, null);

    public static Datum OfInt64(long value) => new(SqlType.Int64, true, value, null);

    public static Datum OfFloat32(float value) => new(SqlType.Float32, true, BitConverter.SingleToInt32Bits(value), null);

    public static Datum OfFloat64(double value) => new(SqlType.Float64, true, BitConverter.DoubleToInt64Bits(value), null);

    public static Datum OfText(string value) => new(SqlType.Varchar, true, 0, Encoding.UTF8.GetBytes(value));

    public static Datum OfText(SqlType type, string value) => OfBytes(type, Encoding.UTF8.GetBytes(value));

    /// <summary>A value of view layout. The array is handed over, not copied.</summary>
    public static Datum OfBytes(SqlType type, byte[] value) => type.Layout == Layout.View
        ? new(type, true, 0, value)
        : throw new SqlException(SqlState.InternalError, $"bytes cannot hold a value of type {type}");

    /// <summary>A fixed-width value by its bit pattern; bits beyond the type's width are replaced by its sign.</summary>
    public static Datum OfRaw(SqlType type, Int128 raw) => type.Layout switch
    {
        Layout.Bit => new(type, true, raw & 1, null),
        Layout.Fixed2 => new(type, true, unchecked((short)raw), null),
        Layout.Fixed4 => new(type, true, unchecked((int)raw), null),
        Layout.Fixed8 => new(type, true, unchecked((long)raw), null),
        Layout.Fixed16 => new(type, true, raw, null),
        _ => throw new SqlException(SqlState.InternalError, $"16 bytes cannot hold a value of type {type}"),
    };

    public bool AsBoolean => Raw != 0;

    public short AsInt16 => unchecked((short)Raw);

    public int AsInt32 => unchecked((int)Raw);

    public uint AsUInt32 => unchecked((uint)Raw);

    public long AsInt64 => unchecked((long)Raw);

    public float AsFloat32 => BitConverter.Int32BitsToSingle(AsInt32);

    public double AsFloat64 => BitConverter.Int64BitsToDouble(AsInt64);

    public ReadOnlySpan<byte> AsSpan => Bytes;

    /// <summary>The UTF-8 bytes as a string: for names, options and messages.</summary>
    public string AsText => Encoding.UTF8.GetString(AsSpan);

    /// <summary>The same value under another type of the same layout (varchar as unknown, int4 as date).</summary>
    public Datum WithType(SqlType type) => !_present ? Null(type) : type.Layout == Type.Layout
        ? new(type, true, Raw, Bytes)
        : throw new SqlException(SqlState.InternalError, $"a value of type {Type} cannot stand as {type}");

    public static Datum FromVector(in Vector vector, int row)
    {
        if (!vector.IsValid(row))
        {
            return Null(vector.Type);
        }

        return vector.Type.Layout switch
        {
            Layout.Bit => new(vector.Type, true, vector.Bit(row) ? 1 : 0, null),
            Layout.Fixed2 => new(vector.Type, true, vector.Value<short>(row), null),
            Layout.Fixed4 => new(vector.Type, true, vector.Value<int>(row), null),
            Layout.Fixed8 => new(vector.Type, true, vector.Value<long>(row), null),
            Layout.Fixed16 => new(vector.Type, true, vector.Value<Int128>(row), null),
            _ => new(vector.Type, true, 0, vector.Bytes(row).ToArray()),
        };
    }

    /// <summary>Appends the value to a column of the same layout; view bytes are copied.</summary>
    public void AppendTo(VectorBuilder column)
    {
        if (!_present)
        {
            column.AppendNull();
            return;
        }

        switch (Type.Layout)
        {
            case Layout.Bit: column.AppendBit(AsBoolean); break;
            case Layout.Fixed2: column.Append(AsInt16); break;
            case Layout.Fixed4: column.Append(AsInt32); break;
            case Layout.Fixed8: column.Append(AsInt64); break;
            case Layout.Fixed16: column.Append(Raw); break;
            default: column.AppendBytes(Bytes); break;
        }
    }

    /// <summary>A vector that has this value in each of <paramref name="length"/> rows.</summary>
    public Vector ToConstant(Arena arena, int length)
    {
        // Under a null the value is 0 or empty.
        var vector = Vector.AllocateConstant(arena, Type, length);
        if (!_present)
        {
            vector.AddValidity(arena, valid: false);
        }

        switch (Type.Layout)
        {
            case Layout.Bit: Bitmap.Put(vector.Bits, 0, AsBoolean); break;
            case Layout.Fixed2: vector.Values<short>()[0] = AsInt16; break;
            case Layout.Fixed4: vector.Values<int>()[0] = AsInt32; break;
            case Layout.Fixed8: vector.Values<long>()[0] = AsInt64; break;
            case Layout.Fixed16: vector.Values<Int128>()[0] = Raw; break;
            default: vector.Views[0] = arena.AddString(Bytes); break;
        }

        return vector;
    }

    /// <summary>The value as text, NULL by that word: for messages, EXPLAIN and plan texts.</summary>
    public override string ToString()
    {
        if (!_present)
        {
            return "NULL";
        }

        var sink = new TextSink(64);
        try
        {
            TextFormat.Append(this, TextOptions.Default, ref sink);
            return sink.ToString();
        }
        finally
        {
            sink.Dispose();
        }
    }

    public bool Equals(Datum other) => _present == other._present && Type.Equals(other.Type)
        && Raw == other.Raw && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is Datum other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Type);
        hash.Add(_present);
        hash.Add(Raw);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(Datum left, Datum right) => left.Equals(right);

    public static bool operator !=(Datum left, Datum right) => !left.Equals(right);
}
