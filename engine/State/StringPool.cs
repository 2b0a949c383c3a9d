using System.Numerics;
using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Bytes of strings that come and go (a chunk's string columns, group keys, MIN/MAX of text); those of up to 12 bytes stand
/// in their views. Pieces of four sizes a power of two, cut from blocks of 4 KiB growing to 256 KiB and used again within their
/// size; beyond 32 KiB blocks of their own. With <paramref name="exact"/> nothing is ever given back and nothing rounded up.
/// Owner thread writes; readers resolve views of pieces they have kept from being freed.
/// </summary>
internal sealed unsafe class StringPool(bool exact = false) : IDisposable
{
    private const int PieceBytesMin = 16;
    private const int PieceBytesMax = 1 << 15;
    private const int ClassCount = 48;
    private const int BlockBytesMax = 1 << 18;

    private readonly List<Block> _blocks = [];
    private readonly List<StringView> _released = [];
    private Dictionary<int, Block>? _large;
    private ulong[]? _free;
    private Block _current;
    private int _used;

    internal long Bytes { get; private set; }

    /// <summary>The same string in memory of the pool.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StringView Keep(ref readonly StringView view) => view.IsInline ? view : KeepLong(StringView.Bytes(in view));

    /// <inheritdoc cref="Keep(ref readonly StringView)"/>
    internal StringView Keep(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= StringView.InlineBytesMax ? StringView.Inline(bytes) : KeepLong(bytes);

    /// <summary>
    /// Keeps all of the strings. Where nothing is rounded up, those that stand one after another, as a decoder or a generator wrote
    /// them, are copied as one run.
    /// </summary>
    internal void KeepAll(Span<StringView> views)
    {
        for (int i = 0; i < views.Length;)
        {
            ref var view = ref views[i];
            if (view.IsInline)
            {
                i++;
            }
            else if (exact && view.Length <= PieceBytesMax)
            {
                i += KeepRun(views[i..]);
            }
            else
            {
                view = KeepLong(StringView.Bytes(in view));
                i++;
            }
        }
    }

    /// <summary>Gives a kept string back. Its bytes are overwritten by the next one of its size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Free(StringView view)
    {
        if (!view.IsInline && !exact)
        {
            FreeLong(view);
        }
    }

    /// <summary>Gives a kept string back at <see cref="EndTick"/>: the tick may still have views of it.</summary>
    internal void Release(StringView view)
    {
        if (!view.IsInline)
        {
            _released.Add(view);
        }
    }

    internal void EndTick()
    {
        foreach (var view in _released)
        {
            Free(view);
        }

        _released.Clear();
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            BlockPool.Return(block);
        }

        foreach (var block in _large?.Values ?? Enumerable.Empty<Block>())
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
        _large = null;
        _current = default;
        Bytes = 0;
    }

    /// <summary>The size class of a string and its piece's bytes: 16, 20, 24, 28, 32, 40, ...</summary>
    private static int ClassOf(int bytes, out int pieceBytes)
    {
        int last = Math.Max(bytes, PieceBytesMin) - 1;
        int log2 = BitOperations.Log2((uint)last);
        int quarter = (last >> (log2 - 2)) & 3;
        pieceBytes = (quarter + 5) << (log2 - 2);
        return ((log2 - 3) * 4) + quarter;
    }

    private StringView KeepLong(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > PieceBytesMax)
        {
            var own = Rent(bytes.Length);
            (_large ??= []).Add(own.Id, own);
            bytes.CopyTo(new Span<byte>(own.Address, bytes.Length));
            return StringView.Reference(bytes, own.Id, 0);
        }

        int pieceBytes = bytes.Length;
        if (!exact)
        {
            int index = ClassOf(bytes.Length, out pieceBytes);
            if (_free is not null && _free[index] != 0)
            {
                return Reuse(index, bytes);
            }
        }

        RequireRoom(pieceBytes);
        bytes.CopyTo(new Span<byte>(_current.Address + _used, bytes.Length));
        var view = StringView.Reference(bytes, _current.Id, _used);
        _used += pieceBytes;
        return view;
    }

    /// <summary>
    /// Keeps the first string, a long one, and what follows it in its block, as much as the pool's block has room for: how many views.
    /// </summary>
    private int KeepRun(Span<StringView> views)
    {
        RequireRoom(views[0].Length);
        int block = views[0].Block;
        int from = views[0].Offset;
        int length = views[0].Length;
        int room = _current.Bytes - _used;
        int count = 1;
        for (; count < views.Length; count++)
        {
            ref readonly var next = ref views[count];
            if (next.IsInline)
            {
                continue;
            }

            if (next.Block != block || next.Offset != from + length || next.Length > room - length)
            {
                break;
            }

            length += next.Length;
        }

        new ReadOnlySpan<byte>(BlockTable.Address(block) + from, length).CopyTo(new Span<byte>(_current.Address + _used, length));
        int shift = _used - from;
        int id = _current.Id;
        for (int i = 0; i < count; i++)
        {
            ref var view = ref views[i];
            if (!view.IsInline)
            {
                view = view.At(id, view.Offset + shift);
            }
        }

        _used += length;
        return count;
    }

    private void RequireRoom(int bytes)
    {
        if (_current.IsNull || _current.Bytes - _used < bytes)
        {
            _current = Rent((int)Math.Max(bytes, Math.Clamp(Bytes, BlockPool.BytesMin, BlockBytesMax)));
            _blocks.Add(_current);
            _used = 0;
        }
    }

    private StringView Reuse(int index, ReadOnlySpan<byte> bytes)
    {
        int block = (int)(_free![index] >> 32);
        int offset = (int)_free[index];
        byte* address = BlockTable.Address(block) + offset;
        _free[index] = Unsafe.ReadUnaligned<ulong>(address);
        bytes.CopyTo(new Span<byte>(address, bytes.Length));
        return StringView.Reference(bytes, block, offset);
    }

    private void FreeLong(StringView view)
    {
        if (view.Length > PieceBytesMax)
        {
            _large!.Remove(view.Block, out var block);
            Bytes -= block.Bytes;
            BlockPool.Return(block);
            return;
        }

        _free ??= new ulong[ClassCount];
        int index = ClassOf(view.Length, out _);
        Unsafe.WriteUnaligned(BlockTable.Address(view.Block) + view.Offset, _free[index]);
        _free[index] = ((ulong)(uint)view.Block << 32) | (uint)view.Offset;
    }

    private Block Rent(int bytes)
    {
        var block = BlockPool.Rent(bytes);
        Bytes += block.Bytes;
        return block;
    }
}
