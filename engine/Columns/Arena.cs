using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Columns;

/// <summary>
/// A bump allocator over pooled blocks: everything in it dies together at <see cref="Reset"/> or, back to a mark, at
/// <see cref="Release"/>. The tick arena is one; a handed-over batch owns another. Allocations are 64-byte aligned and
/// not cleared. One thread at a time.
/// </summary>
public sealed unsafe class Arena : IDisposable
{
    private const int BlockBytesUsual = 1 << 18;
    private const int Alignment = 64;

    private readonly int _blockBytes;
    private readonly List<Block> _blocks = [];
    private Block _current;
    private int _used;
    private int _currentIndex = -1;

    public Arena()
        : this(BlockBytesUsual)
    {
    }

    /// <summary>With blocks of another size: small ones for what a session holds for long.</summary>
    internal Arena(int blockBytes) => _blockBytes = blockBytes;

    /// <summary>A point to return to with <see cref="Release"/>.</summary>
    public readonly record struct Mark(int BlockIndex, int Used);

    public long Bytes { get; private set; }

    public Mark Position => new(_currentIndex, _used);

    /// <summary>Room for <paramref name="count"/> values; content unspecified.</summary>
    public Span<T> Allocate<T>(int count) where T : unmanaged => new(AllocateBytes((long)count * sizeof(T)), count);

    /// <summary>As <see cref="Allocate{T}"/>, all zero.</summary>
    public Span<T> AllocateZeroed<T>(int count) where T : unmanaged
    {
        var span = Allocate<T>(count);
        span.Clear();
        return span;
    }

    /// <summary>Reserves bytes for a string and names their place as a view needs it.</summary>
    public Span<byte> ReserveString(int bytes, out int block, out int offset)
    {
        byte* address = AllocateUnaligned(bytes);
        block = _current.Id;
        offset = (int)(address - _current.Address);
        return new Span<byte>(address, bytes);
    }

    /// <summary>Copies a string into the arena (short ones stand in the view itself).</summary>
    public StringView AddString(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= StringView.InlineBytesMax)
        {
            return StringView.Inline(bytes);
        }

        bytes.CopyTo(ReserveString(bytes.Length, out int block, out int offset));
        return StringView.Reference(bytes, block, offset);
    }

    public void Release(Mark mark)
    {
        // Blocks stay with the arena for the next vector; only the position moves back.
        _currentIndex = mark.BlockIndex;
        _used = mark.Used;
        _current = mark.BlockIndex < 0 ? default : _blocks[mark.BlockIndex];
    }

    /// <summary>Gives everything up. Keeps the first few blocks for the next use.</summary>
    public void Reset(int blocksKept = 16)
    {
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            if (i >= blocksKept || _blocks[i].Bytes > _blockBytes)
            {
                Bytes -= _blocks[i].Bytes;
                BlockPool.Return(_blocks[i]);
                _blocks.RemoveAt(i);
            }
#if DEBUG
            else
            {
                new Span<byte>(_blocks[i].Address, _blocks[i].Bytes).Fill(0xDD);
            }
#endif
        }

        Release(new Mark(-1, 0));
    }

    public void Dispose() => Reset(0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* AllocateBytes(long bytes)
    {
        int start = (_used + Alignment - 1) & -Alignment;
        // Arrow pads every buffer to 64 bytes, and kernels may read a whole vector past the last value.
        long end = start + ((bytes + Alignment - 1) & -Alignment);
        if (_current.IsNull || end > _current.Bytes)
        {
            return AllocateInNextBlock(bytes);
        }

        _used = (int)end;
        return _current.Address + start;
    }

    private byte* AllocateUnaligned(int bytes)
    {
        if (_current.IsNull || _used + (long)bytes > _current.Bytes)
        {
            return AllocateInNextBlock(bytes);
        }

        byte* address = _current.Address + _used;
        _used += bytes;
        return address;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte* AllocateInNextBlock(long bytes)
    {
        long padded = Math.Max((bytes + Alignment - 1) & -Alignment, Alignment);
        int next = _currentIndex + 1;
        if (next < _blocks.Count && _blocks[next].Bytes >= padded)
        {
            _current = _blocks[next];
        }
        else
        {
            _current = BlockPool.Rent(Math.Max(padded, _blockBytes));
            Bytes += _current.Bytes;
            _blocks.Insert(next, _current);
        }

        _currentIndex = next;
        _used = (int)padded;
        return _current.Address;
    }
}
