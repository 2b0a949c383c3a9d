using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Where text and binary forms are written: a span that grows into rented arrays. A caller hands in a first span (a
/// stack buffer, a pipe writer's) and takes <see cref="Written"/>; <see cref="Position"/> with the patch methods
/// serves length-prefixed protocols. <see cref="Dispose"/> gives a rented array back. One owner, passed by ref.
/// </summary>
public ref struct TextSink
{
    private Span<byte> _span;
    private byte[]? _rented;
    private int _used;

    public TextSink(Span<byte> first) => _span = first;

    /// <summary>A sink over a rented array from the start.</summary>
    public TextSink(int capacity)
    {
        _rented = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));
        _span = _rented;
    }

    /// <summary>Bytes written so far; setting it back drops the end.</summary>
    public int Position
    {
        readonly get => _used;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _used);
            _used = value;
        }
    }

    public readonly ReadOnlySpan<byte> Written => _span[.._used];

    /// <summary>The bytes written, to be changed in place.</summary>
    public readonly Span<byte> WrittenForUpdate => _span[.._used];

    /// <summary>False once the first span was outgrown: <see cref="Written"/> then stands in a rented array.</summary>
    public readonly bool IsInFirstSpan => _rented is null;

    /// <summary>Room for at least <paramref name="bytes"/> more; becomes written by <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int bytes)
    {
        if (_span.Length - _used < bytes)
        {
            Grow(bytes);
        }

        return _span[_used..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int bytes) => _used += bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _used += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        GetSpan(1)[0] = value;
        _used++;
    }

    public void WriteInt16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(GetSpan(2), value);
        _used += 2;
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(GetSpan(4), value);
        _used += 4;
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(GetSpan(8), value);
        _used += 8;
    }

    /// <summary>Writes over four bytes already written, in network order.</summary>
    public readonly void PatchInt32(int position, int value) =>
        BinaryPrimitives.WriteInt32BigEndian(_span.Slice(position, 4), value);

    /// <summary>Forgets what was written and keeps the room.</summary>
    public void Clear() => _used = 0;

    public override readonly string ToString() => System.Text.Encoding.UTF8.GetString(Written);

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        this = default;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        long wanted = Math.Max((long)_used + bytes, Math.Max(256, 2L * _span.Length));
        if (wanted > Array.MaxLength)
        {
            wanted = Math.Max((long)_used + bytes, Array.MaxLength);
        }

        if (wanted > Array.MaxLength)
        {
            throw new SqlException(SqlState.ProgramLimitExceeded, "a text or binary representation exceeds the limit of 2 GiB");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _span[.._used].CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _rented = larger;
        _span = larger;
    }
}
