namespace Vectorized.Engine.Columns;

/// <summary>A run of a batch's rows without copying; the start is a multiple of 8.</summary>
internal static class BatchSlice
{
    internal static Batch Of(Batch source, int start, int count) => Into(new Batch(), source, start, count);

    internal static Batch Into(Batch slice, Batch source, int start, int count)
    {
        slice.Reset(count, source.ColumnCount);
        for (int i = 0; i < source.ColumnCount; i++)
        {
            slice[i] = source[i].Slice(start, count);
        }

        if (source.HasWeights)
        {
            slice.SetWeights(source.Weights.Slice(start, count));
        }

        if (!source.Hashes.IsEmpty)
        {
            slice.SetHashes(source.Hashes.Slice(start, count), source.HashKey);
        }

        return slice;
    }
}
