using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Expressions;

/// <summary>Reads the strings of a flat or constant argument by row, without copying.</summary>
internal readonly ref struct TextColumn
{
    private readonly ReadOnlySpan<StringView> _views;
    private readonly int _step;

    internal TextColumn(in Vector vector)
    {
        _views = vector.Views;
        _step = vector.Encoding == VectorEncoding.Constant ? 0 : 1;
    }

    internal bool IsConstant => _step == 0;

    internal ReadOnlySpan<byte> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => StringView.Bytes(in _views[row * _step]);
    }

    internal ref readonly StringView View(int row) => ref _views[row * _step];

    /// <summary>A part of a row's string: over the same bytes when it is long, inline when it is short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StringView Slice(int row, int start, int length)
    {
        ref readonly var view = ref _views[row * _step];
        if (length == view.Length)
        {
            return view;
        }

        var bytes = StringView.Bytes(in view).Slice(start, length);
        return length <= StringView.InlineBytesMax
            ? StringView.Inline(bytes) : StringView.Reference(bytes, view.Block, view.Offset + start);
    }
}

/// <summary>Reads the fixed-width values of a flat or constant argument by row.</summary>
internal readonly ref struct FixedColumn<T> where T : unmanaged
{
    private readonly ReadOnlySpan<T> _values;
    private readonly int _step;

    internal FixedColumn(in Vector vector)
    {
        _values = vector.Values<T>();
        _step = vector.Encoding == VectorEncoding.Constant ? 0 : 1;
    }

    internal bool IsConstant => _step == 0;

    internal T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _values[row * _step];
    }
}
