using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>What a view's operators hold.</summary>
/// <param name="View">The view.</param>
/// <param name="Bytes">Native memory of its state: its rows, its operators', and shared arrangements that nobody else uses.</param>
internal readonly record struct ViewSize(ViewInstance View, long Bytes);

/// <summary>Measures views by what stopping them would give back. O(operators).</summary>
internal static class ViewSizes
{
    /// <summary>The view that holds most; the older one of equals. Main lane only.</summary>
    internal static ViewSize? Greediest(DataflowGraph graph, Func<int, long>? bytesBeside)
    {
        ViewSize? greediest = null;
        foreach (var view in graph.Views)
        {
            long bytes = view.Failure.HasFailed ? 0 : Own(view) + (bytesBeside?.Invoke(view.RelationId) ?? 0);
            bytes = graph.Hook?.Measured(bytes) ?? bytes;
            if (greediest is not { } best || bytes > best.Bytes || (bytes == best.Bytes && view.RelationId < best.View.RelationId))
            {
                greediest = new ViewSize(view, bytes);
            }
        }

        return greediest;
    }

    internal static long Own(ViewInstance view)
    {
        long bytes = OfOperators(view);
        foreach (var shared in view.Shared)
        {
            bytes += shared.HolderCount == 1 ? OfOperators(shared.Owner) : 0;
        }

        return bytes;
    }

    private static long OfOperators(ViewInstance view)
    {
        long bytes = 0;
        foreach (var op in view.Operators)
        {
            bytes += op.MeasureState().Bytes;
        }

        return bytes;
    }
}
