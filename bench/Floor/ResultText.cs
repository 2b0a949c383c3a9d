using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;

namespace Vectorized.Bench.Floor;

/// <summary>
/// A growing column of strings: 16 bytes of place and length a row, and the bytes copied into one heap.
/// </summary>
internal sealed unsafe class ResultText : IDisposable
{
    private const int Slack = 64;

    private readonly ResultColumn<Place> _places;
    private readonly byte* _heap;
    private readonly long _capacity;
    private long _used;

    internal ResultText(long rowsMax, long bytesMax)
    {
        _places = new ResultColumn<Place>(rowsMax);
        _capacity = bytesMax + Slack;
        _heap = (byte*)NativeMemory.AlignedAlloc((nuint)_capacity, 64);
    }

    internal readonly record struct Place(long Offset, long Length);

    internal long Count => _places.Count;

    internal ReadOnlySpan<byte> this[long row] => Bytes(_places[row]);

    internal ReadOnlySpan<byte> Bytes(Place place) => new(_heap + place.Offset, (int)place.Length);

    /// <summary>Copies one string into the heap without making it a row.</summary>
    internal Place Keep(ReadOnlySpan<byte> text)
    {
        if (_used + text.Length > _capacity - Slack)
        {
            throw new InvalidOperationException("more text than foreseen");
        }

        text.CopyTo(new Span<byte>(_heap + _used, text.Length));
        var place = new Place(_used, text.Length);
        _used += text.Length;
        return place;
    }

    internal void Add(Place place) => _places.Add(place);

    /// <summary>Copies a whole column of strings of 32 to 96 bytes.</summary>
    internal void AddAll(ReadOnlySpan<StringView> views)
    {
        if (_used + (views.Length * 96L) > _capacity)
        {
            throw new InvalidOperationException("more text than foreseen");
        }

        var places = _places.Extend(views.Length);
        long used = _used;
        for (int i = 0; i < views.Length; i++)
        {
            ref readonly var view = ref views[i];
            // SAFETY: a reference view's bytes stand in its block; lengths are 32 to 96, so every load stays inside it.
            byte* source = BlockTable.Address(view.Block) + view.Offset;
            byte* target = _heap + used;
            int length = view.Length;
            var tail = Vector256.Load(source + length - 32);
            Vector256.Load(source).Store(target);
            if (length > 64)
            {
                Vector256.Load(source + 32).Store(target + 32);
            }

            tail.Store(target + length - 32);
            places[i] = new Place(used, length);
            used += length;
        }

        _used = used;
    }

    internal void Clear()
    {
        _places.Clear();
        _used = 0;
    }

    public void Dispose()
    {
        _places.Dispose();
        NativeMemory.AlignedFree(_heap);
    }
}
