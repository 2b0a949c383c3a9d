using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Carves strings of not yet known length out of large reservations in a batch's arena: <see cref="Room"/> hands out
/// the next free bytes, <see cref="Close"/> keeps as many as were used. For one writer, while it fills one batch.
/// </summary>
internal ref struct TextRegion(Arena arena)
{
    private const int RegionBytes = 1 << 16;

    private Span<byte> _free;
    private int _block;
    private int _offset;

    /// <summary>
    /// At least <paramref name="bytesMax"/> writable bytes; their content is kept only by <see cref="Close"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Room(int bytesMax)
    {
        if (_free.Length < bytesMax)
        {
            Reserve(bytesMax);
        }

        return _free;
    }

    /// <summary>The first <paramref name="length"/> bytes of the room are a string from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StringView Close(int length)
    {
        if (length <= StringView.InlineBytesMax)
        {
            return StringView.Inline(_free[..length]);
        }

        var view = StringView.Reference(_free[..length], _block, _offset);
        _free = _free[length..];
        _offset += length;
        return view;
    }

    /// <summary>Copies a string in.</summary>
    internal StringView Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        return Close(text.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Reserve(int bytesMax) =>
        _free = arena.ReserveString(Math.Max(RegionBytes, bytesMax), out _block, out _offset);
}
