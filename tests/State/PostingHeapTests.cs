using Vectorized.Engine.State;

namespace Vectorized.Tests.State;

public sealed class PostingHeapTests
{
    /// <summary>
    /// A class of segments that has had more than 27 pages: the page's size once overflowed to nothing there and segments
    /// lay on top of each other (found by q5 at 5.8 million events).
    /// </summary>
    [Fact]
    public void Create_ManyPagesOfOneClass_ListsStayApart()
    {
        const uint Lists = 400_000;
        using var context = StateContext.Private();
        using (var heap = new PostingHeap(context))
        {
            var segments = new uint[Lists];
            for (uint i = 0; i < Lists; i++)
            {
                segments[i] = heap.Create(i + 1, i + 2, out _, out _);
                for (uint more = 3; more < 8; more++)
                {
                    heap.Add(ref segments[i], i + more);
                }
            }

            for (uint i = 0; i < Lists; i++)
            {
                var rows = new List<uint>();
                for (uint segment = segments[i]; segment != 0; segment = heap.NextOf(segment))
                {
                    for (uint entry = 0; entry < heap.CountOf(segment); entry++)
                    {
                        rows.Add(ReadEntry(heap, segment + PostingHeap.HeaderUnits + entry));
                    }
                }

                rows.Sort();
                Assert.Equal(Enumerable.Range(1, 7).Select(n => i + (uint)n), rows);
            }
        }
    }

    private static unsafe uint ReadEntry(PostingHeap heap, uint position) => *heap.At(position);
}
