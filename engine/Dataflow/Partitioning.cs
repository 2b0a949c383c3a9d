namespace Vectorized.Engine.Dataflow;

/// <summary>
/// How a stream's rows are spread over parts. Hash: equal values in these output columns, in this order, are in one part
/// (the part that owns the shard of their hash). Single: all rows are in part 0. Neither: anywhere, but a row and its
/// retraction always in the same part.
/// </summary>
internal sealed record Partitioning(IReadOnlyList<int>? HashColumns, bool IsSingle)
{
    internal static readonly Partitioning Anywhere = new(null, false);
    internal static readonly Partitioning Single = new(null, true);

    internal static Partitioning Hash(IReadOnlyList<int> columns) => columns.Count == 0 ? Single : new(columns, false);

    /// <summary>Whether rows partitioned this way already stand where <paramref name="required"/> wants them.</summary>
    internal bool Satisfies(Partitioning required)
    {
        if (required.IsSingle)
        {
            return IsSingle;
        }

        if (required.HashColumns is null)
        {
            return true;
        }

        return HashColumns is not null && HashColumns.SequenceEqual(required.HashColumns);
    }

    /// <summary>The same under a projection: <paramref name="outputOf"/> gives an input column's output position or -1.</summary>
    internal Partitioning Mapped(Func<int, int> outputOf)
    {
        if (HashColumns is null)
        {
            return this;
        }

        var mapped = new int[HashColumns.Count];
        for (int i = 0; i < mapped.Length; i++)
        {
            mapped[i] = outputOf(HashColumns[i]);
            if (mapped[i] < 0)
            {
                return Anywhere;
            }
        }

        return Hash(mapped);
    }
}
