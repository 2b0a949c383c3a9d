using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Rows outside of regions whose values a function takes: at most one in front of each and one behind. Their values stand
/// behind those of the copies.
/// </summary>
internal sealed class OutsideRows
{
    private int[] _numbers = new int[64];
    private int _count;
    private int _known;

    internal void Clear() => _count = _known = 0;

    internal void Set(int region, bool isBefore, int number)
    {
        if (number < 0)
        {
            return;
        }

        int at = At(region, isBefore);
        while (at >= _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * _numbers.Length);
        }

        for (; _count <= at; _count++)
        {
            _numbers[_count] = -1;
        }

        _numbers[at] = number;
        _known++;
    }

    /// <summary>The place of a region's row among the values, or -1.</summary>
    internal int RowOf(int region, bool isBefore, int copyCount)
    {
        int at = At(region, isBefore);
        return at >= _count || _numbers[at] < 0 ? -1 : copyCount + at;
    }

    /// <summary>A column with their values added; as it is when there are none.</summary>
    internal Vector Append(in Vector column, int index, IRowColumns source, Arena arena)
    {
        if (_known == 0)
        {
            return column;
        }

        // Where there is no row any other's value may stand: nobody looks there.
        int some = _numbers[_numbers.AsSpan(0, _count).IndexOfAnyExcept(-1)];
        var numbers = arena.Allocate<int>(_count);
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = _numbers[i] < 0 ? some : _numbers[i];
        }

        Span<Vector> parts = [column, source.Gather(index, numbers, arena)];
        return ConcatKernel.Concat(column.Type, parts, arena);
    }

    private static int At(int region, bool isBefore) => (2 * region) + (isBefore ? 0 : 1);
}
