using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// The bytes of one chunk's strings (those beyond 12 bytes; shorter ones stand in their view): bump allocation in
/// blocks of 4 KiB growing to 256 KiB, freed with the chunk. Owner thread appends; readers resolve views while the
/// chunk lives.
/// </summary>
internal sealed class StringHeap
{
    private const int BlockBytesMax = 1 << 18;

    private readonly List<Block> _blocks = [];
    private Block _current;
    private int _used;

    internal long Bytes { get; private set; }

    internal unsafe StringView Add(ref readonly StringView view)
    {
        if (view.IsInline)
        {
            return view;
        }

        var source = StringView.Bytes(in view);
        if (_current.IsNull || _current.Bytes - _used < source.Length)
        {
            NextBlock(source.Length);
        }

        source.CopyTo(new Span<byte>(_current.Address + _used, source.Length));
        var copy = StringView.Reference(source, _current.Id, _used);
        _used += source.Length;
        return copy;
    }

    internal void Free()
    {
        foreach (var block in _blocks)
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
        _current = default;
        Bytes = 0;
    }

    private void NextBlock(int bytes)
    {
        var block = BlockPool.Rent(Math.Max(bytes, Math.Clamp(Bytes, BlockPool.BytesMin, BlockBytesMax)));
        Bytes += block.Bytes;
        _blocks.Add(block);
        _current = block;
        _used = 0;
    }
}
