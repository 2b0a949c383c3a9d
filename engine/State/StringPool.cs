using System.Numerics;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Bytes of strings that come and go (group keys, MIN/MAX of text): pieces of power-of-two size cut from blocks and
/// used again. What is released stays readable until <see cref="EndTick"/>: the tick may still have views of it. Owner
/// only.
/// </summary>
internal sealed unsafe class StringPool : IDisposable
{
    private const int PieceBytesMin = 16;
    private const int PieceBytesMax = 1 << 15;
    private const int ClassCount = 12;
    private const int BlockBytesMax = 1 << 18;

    private readonly Dictionary<int, Block> _blocks = [];
    private readonly ulong[] _free = new ulong[ClassCount];
    private readonly List<StringView> _released = [];
    private Block _current;
    private int _used;

    internal long Bytes { get; private set; }

    /// <summary>The same string in memory of the pool; short ones stand in the view itself.</summary>
    internal StringView Keep(ref readonly StringView view) => view.IsInline ? view : Keep(StringView.Bytes(in view));

    /// <inheritdoc cref="Keep(ref readonly StringView)"/>
    internal StringView Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= StringView.InlineBytesMax)
        {
            return StringView.Inline(bytes);
        }

        if (bytes.Length > PieceBytesMax)
        {
            var own = Rent(bytes.Length);
            bytes.CopyTo(new Span<byte>(own.Address, bytes.Length));
            return StringView.Reference(bytes, own.Id, 0);
        }

        int index = ClassOf(bytes.Length);
        int block;
        int offset;
        if (_free[index] != 0)
        {
            block = (int)(_free[index] >> 32);
            offset = (int)_free[index];
            _free[index] = *(ulong*)(BlockTable.Address(block) + offset);
        }
        else
        {
            Cut(PieceBytesMin << index, out block, out offset);
        }

        bytes.CopyTo(new Span<byte>(BlockTable.Address(block) + offset, bytes.Length));
        return StringView.Reference(bytes, block, offset);
    }

    /// <summary>Gives a kept string back at the end of the tick.</summary>
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
        foreach (var block in _blocks.Values)
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
        Bytes = 0;
    }

    private static int ClassOf(int bytes) => BitOperations.Log2((uint)(bytes - 1)) - 3;

    private void Free(StringView view)
    {
        if (view.Length > PieceBytesMax)
        {
            _blocks.Remove(view.Block, out var block);
            Bytes -= block.Bytes;
            BlockPool.Return(block);
            return;
        }

        int index = ClassOf(view.Length);
        *(ulong*)(BlockTable.Address(view.Block) + view.Offset) = _free[index];
        _free[index] = ((ulong)(uint)view.Block << 32) | (uint)view.Offset;
    }

    private void Cut(int bytes, out int block, out int offset)
    {
        if (_current.IsNull || _current.Bytes - _used < bytes)
        {
            _current = Rent((int)Math.Max(bytes, Math.Clamp(Bytes, BlockPool.BytesMin, BlockBytesMax)));
            _used = 0;
        }

        block = _current.Id;
        offset = _used;
        _used += bytes;
    }

    private Block Rent(int bytes)
    {
        var block = BlockPool.Rent(bytes);
        Bytes += block.Bytes;
        _blocks.Add(block.Id, block);
        return block;
    }
}
