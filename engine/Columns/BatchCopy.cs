using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>Copies a batch into an arena so that it outlives the memory it came from: long strings are copied too.</summary>
public static unsafe class BatchCopy
{
    /// <summary>No run of texts grows past this, so that a block's rest is not left empty by much.</summary>
    private const int RunBytes = 1 << 14;

    public static Batch Into(Arena arena, Batch source) => Into(arena, source, new Batch());

    public static Batch Into(Arena arena, Batch source, Batch copy)
    {
        copy.Reset(source.RowCount, source.ColumnCount);
        for (int i = 0; i < source.ColumnCount; i++)
        {
            copy[i] = Into(arena, source[i]);
        }

        if (source.HasWeights)
        {
            var weights = arena.Allocate<long>(source.RowCount);
            source.Weights.CopyTo(weights);
            copy.SetWeights(weights);
        }

        if (!source.Hashes.IsEmpty)
        {
            var hashes = arena.Allocate<ulong>(source.RowCount);
            source.Hashes.CopyTo(hashes);
            copy.SetHashes(hashes, source.HashKey);
        }

        return copy;
    }

    public static Vector Into(Arena arena, in Vector source)
    {
        if (source.Encoding == VectorEncoding.Absent)
        {
            return source;
        }

        if (source.Encoding == VectorEncoding.Dictionary && source.DictionaryLength > source.Length)
        {
            // Rows taken late out of a longer batch: only what they use is copied.
            return Into(arena, Kernels.TakeKernel.Flatten(source, arena));
        }

        int count = source.ValueCount;
        int bytes = source.Type.Layout == Layout.Bit ? Bitmap.BytesFor(count) : count * source.Type.Width;
        byte* values = arena.AllocateBytes(bytes);
        NativeMemory.Copy(source.ValuesPointer, values, (nuint)bytes);
        if (source.Type.Layout == Layout.View)
        {
            CopyTexts(arena, new Span<StringView>(values, count));
        }

        byte* validity = null;
        if (source.MayHaveNulls)
        {
            validity = arena.AllocateBytes(source.Validity.Length);
            source.Validity.CopyTo(new Span<byte>(validity, source.Validity.Length));
        }

        switch (source.Encoding)
        {
            case VectorEncoding.Dictionary:
                int* codes = (int*)arena.AllocateBytes((long)source.Length * sizeof(int));
                source.Codes.CopyTo(new Span<int>(codes, source.Length));
                return Vector.OverDictionary(source.Type, source.Length, codes, validity, values, source.DictionaryLength);
            case VectorEncoding.Constant:
                var constant = Vector.Over(source.Type, source.Length, values, validity);
                constant.Encoding = VectorEncoding.Constant;
                return constant;
            default:
                return Vector.Over(source.Type, source.Length, values, validity);
        }
    }

    /// <summary>
    /// Moves what the views refer to into the arena. Texts that stand one after another, as a decoder or a generator wrote them, are
    /// copied as one run.
    /// </summary>
    private static void CopyTexts(Arena arena, Span<StringView> views)
    {
        for (int start = 0; start < views.Length;)
        {
            if (views[start].IsInline)
            {
                start++;
                continue;
            }

            int block = views[start].Block;
            int offset = views[start].Offset;
            int length = views[start].Length;
            int end = start + 1;
            for (; end < views.Length && length < RunBytes; end++)
            {
                ref readonly var view = ref views[end];
                if (!view.IsInline)
                {
                    if (view.Block != block || view.Offset != offset + length)
                    {
                        break;
                    }

                    length += view.Length;
                }
            }

            var run = new ReadOnlySpan<byte>(BlockTable.Address(block) + offset, length);
            run.CopyTo(arena.ReserveString(length, out int newBlock, out int newOffset));
            for (; start < end; start++)
            {
                ref var view = ref views[start];
                if (!view.IsInline)
                {
                    view = view.At(newBlock, view.Offset - offset + newOffset);
                }
            }
        }
    }
}
