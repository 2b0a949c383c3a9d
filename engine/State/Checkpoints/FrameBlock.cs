using System.Buffers;
using System.Buffers.Binary;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// A block of a run while it is filled: frames, each its kind u8, its length u32 and its body. Its memory is rented until
/// <see cref="Return"/>. One thread.
/// </summary>
internal sealed class FrameBlock(int capacity) : IBufferWriter<byte>
{
    internal const int FrameHeadBytes = 1 + sizeof(int);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int _count;
    private int _frame;

    internal int Count => _count;

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _count);

    internal void Clear() => _count = 0;

    /// <summary>What was written is gone.</summary>
    internal void Return()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _count = 0;
    }

    /// <summary>Starts a frame; its body is what is written until <see cref="EndFrame"/>.</summary>
    internal FrameBlock BeginFrame(byte kind)
    {
        _frame = _count;
        GetSpan(FrameHeadBytes)[0] = kind;
        _count += FrameHeadBytes;
        return this;
    }

    internal void EndFrame() =>
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_frame + 1), _count - _frame - FrameHeadBytes);

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - _count < Math.Max(sizeHint, 1))
        {
            byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _count + sizeHint));
            _bytes.AsSpan(0, _count).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = grown;
        }

        return _bytes.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
