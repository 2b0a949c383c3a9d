using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Appends values to one growing column in an arena, for decoders and DML (not for kernels, which know their length).
/// Growth doubles and copies inside the arena. <see cref="Build"/> hands out the vector; the builder is then done.
/// </summary>
public sealed unsafe class VectorBuilder
{
    private readonly Arena _arena;
    private byte* _values;
    private byte* _validity;
    private int _capacity;

    /// <param name="arena">Where the values go.</param>
    /// <param name="type">Theirs.</param>
    /// <param name="capacity">How many are expected.</param>
    /// <param name="keeps">False: values are counted only, and the vector is an absent one.</param>
    public VectorBuilder(Arena arena, SqlType type, int capacity = 64, bool keeps = true)
    {
        _arena = arena;
        Type = type;
        Keeps = keeps;
        if (!keeps)
        {
            return;
        }

        _capacity = Math.Max((capacity + 63) & ~63, 64);
        _values = arena.AllocateBytes(ValueBytes(_capacity));
    }

    public SqlType Type { get; }

    public int Length { get; private set; }

    /// <summary>What is appended is kept, not only counted.</summary>
    public bool Keeps { get; }

    public void Append<T>(T value) where T : unmanaged
    {
        if (!Keeps)
        {
            Length++;
            return;
        }

        EnsureRoom();
        ((T*)_values)[Length] = value;
        Present();
    }

    public void AppendBit(bool value)
    {
        if (!Keeps)
        {
            Length++;
            return;
        }

        EnsureRoom();
        byte mask = (byte)(1 << (Length & 7));
        ref byte target = ref _values[Length >> 3];
        target = value ? (byte)(target | mask) : (byte)(target & ~mask);
        Present();
    }

    /// <summary>Copies the bytes into the arena.</summary>
    public void AppendBytes(ReadOnlySpan<byte> bytes) => Append(Keeps ? _arena.AddString(bytes) : default);

    public void AppendNull()
    {
        if (!Keeps)
        {
            Length++;
            return;
        }

        EnsureRoom();
        if (_validity == null)
        {
            _validity = _arena.AllocateBytes(Bitmap.BytesFor(_capacity));
            new Span<byte>(_validity, Bitmap.BytesFor(_capacity)).Fill(0xFF);
        }

        if (Type.Layout != Layout.Bit)
        {
            NativeMemory.Clear(_values + ((long)Length * Type.Width), (nuint)Type.Width);
        }

        _validity[Length >> 3] &= (byte)~(1 << (Length & 7));
        Length++;
    }

    /// <summary>Appends one row of another vector of the same layout; view bytes are copied.</summary>
    public void AppendFrom(in Vector source, int row)
    {
        if (!source.IsValid(row))
        {
            AppendNull();
            return;
        }

        switch (Type.Layout)
        {
            case Layout.Bit: AppendBit(source.Bit(row)); break;
            case Layout.Fixed2: Append(source.Value<short>(row)); break;
            case Layout.Fixed4: Append(source.Value<int>(row)); break;
            case Layout.Fixed8: Append(source.Value<long>(row)); break;
            case Layout.Fixed16: Append(source.Value<Int128>(row)); break;
            default: AppendBytes(source.Bytes(row)); break;
        }
    }

    /// <summary>Takes back the last rows (a record that turned out malformed).</summary>
    public void Truncate(int length)
    {
        if (_validity != null)
        {
            for (int row = length; row < Length; row++)
            {
                _validity[row >> 3] |= (byte)(1 << (row & 7));
            }
        }

        Length = length;
    }

    public Vector Build() => !Keeps ? Vector.Absent(Type, Length) : Vector.Over(Type, Length, _values, _validity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Present()
    {
        if (_validity != null)
        {
            _validity[Length >> 3] |= (byte)(1 << (Length & 7));
        }

        Length++;
    }

    private long ValueBytes(int rows) => Type.Layout == Layout.Bit ? Bitmap.BytesFor(rows) : (long)Type.Width * rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureRoom()
    {
        if (Length == _capacity)
        {
            Grow();
        }
    }

    private void Grow()
    {
        int capacity = _capacity * 2;
        byte* values = _arena.AllocateBytes(ValueBytes(capacity));
        NativeMemory.Copy(_values, values, (nuint)ValueBytes(_capacity));
        _values = values;
        if (_validity != null)
        {
            byte* validity = _arena.AllocateBytes(Bitmap.BytesFor(capacity));
            new Span<byte>(validity, Bitmap.BytesFor(capacity)).Fill(0xFF);
            NativeMemory.Copy(_validity, validity, (nuint)Bitmap.BytesFor(_capacity));
            _validity = validity;
        }

        _capacity = capacity;
    }
}
