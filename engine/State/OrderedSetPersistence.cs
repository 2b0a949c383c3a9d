using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State;

/// <summary>
/// The part that lasts. A run holds leaves by page number, entry by entry; a loaded leaf has its old number, the pages above are
/// built anew from the leaves in order of their first keys.
/// </summary>
internal sealed unsafe partial class OrderedSet
{
    private LeafCheckpoint? _leaves;

    string IPersistent.Schema => "ordered set";

    FrameShape? IPersistent.Shape => new([], 0);

    void IPersistent.Track()
    {
        _leaves = new LeafCheckpoint();
        _leaves.NoteChange(this, _root);
    }

    StateCapture? IPersistent.Capture(bool whole, long tick)
    {
        if (whole)
        {
            _leaves!.MarkAll(_pagesUsed);
            MarkLeaves(_root);
        }
        else if (!_leaves!.HasChanges)
        {
            return null;
        }

        var capture = new LeafCapture(this, whole);
        _leaves.Begin(capture);
        return capture;
    }

    void IPersistent.Load(RunLoad runs, long tick)
    {
        if (runs.Count == 0)
        {
            return;
        }

        _free.Clear();
        _pagesUsed = 1;
        var leaves = new List<uint>();
        for (int run = 0; run < runs.Count; run++)
        {
            foreach (var block in runs.Blocks(run))
            {
                var rest = block.Span;
                while (StateFrame.TryRead(ref rest, out var frame))
                {
                    if (frame.Kind == StateFrame.Gone)
                    {
                        runs.ReadGone(run, in frame);
                        continue;
                    }

                    var bytes = frame.Require(StateFrame.Leaf);
                    LoadLeaf(runs, run, ref bytes, leaves);
                }
            }

            runs.EndRun(run);
        }

        Build(leaves);
    }

    private void MarkLeaves(uint page)
    {
        if (IsLeaf(page))
        {
            _leaves!.MarkDirty(page);
            return;
        }

        for (int slot = 0; slot < EntryCount(page); slot++)
        {
            MarkLeaves(Child(page, slot));
        }
    }

    [SkipLocalsInit]
    private void LoadLeaf(RunLoad runs, int run, ref ByteReader bytes, List<uint> leaves)
    {
        uint page = (uint)bytes.ReadInt32();
        int entries = bytes.ReadInt32();
        bool isTaken = runs.Take(run, page);
        if (isTaken)
        {
            while (page >= (uint)_pages.Capacity)
            {
                _pages.AddPage();
            }

            _pagesUsed = Math.Max(_pagesUsed, page + 1);
            OrderedPage.Clear(PageAt(page), 0);
            leaves.Add(page);
            _leaves!.NoteLoaded(page);
        }

        byte* composed = stackalloc byte[OrderedPage.EntryBytesMax];
        for (int i = 0; i < entries; i++)
        {
            long payload = bytes.ReadInt64();
            long count = bytes.ReadInt64();
            var key = bytes.ReadRun();
            if (!isTaken)
            {
                continue;
            }

            int length = OrderedPage.Compose(composed, key, StoreRest(key), payload, count, count != 1);
            if (!OrderedPage.Fits(PageAt(page), length))
            {
                throw runs.Broken($"page {page} holds more than a page");
            }

            OrderedPage.Insert(PageAt(page), i, composed, length);
            Count += count;
            KeyCount++;
        }
    }

    /// <summary>Links the leaves and builds the pages above them, level by level; empty ones are free.</summary>
    private void Build(List<uint> loaded)
    {
        var level = loaded.Where(p => PageAt(p)->Count > 0).ToList();
        level.Sort((a, b) => Compare(OrderedPage.Entry(PageAt(a), 0), OrderedPage.Entry(PageAt(b), 0)));
        var used = level.ToHashSet();
        for (uint page = _pagesUsed - 1; page > 0; page--)
        {
            if (!used.Contains(page))
            {
                _leaves!.NoteFreed(this, page);
                _free.Push(page);
            }
        }

        for (int i = 0; i < level.Count; i++)
        {
            PageAt(level[i])->Previous = i > 0 ? level[i - 1] : 0;
            PageAt(level[i])->Next = i + 1 < level.Count ? level[i + 1] : 0;
        }

        if (level.Count == 0)
        {
            level.Add(AllocatePage(0));
        }

        while (level.Count > 1)
        {
            level = BuildLevel(level);
        }

        _root = level[0];
    }

    [SkipLocalsInit]
    private List<uint> BuildLevel(List<uint> below)
    {
        var parents = new List<uint>();
        byte* entry = stackalloc byte[OrderedPage.EntryBytesMax];
        for (int i = 0; i < below.Count; i++)
        {
            var child = PageAt(below[i]);
            long sum = OrderedPage.SumOfCounts(child, child->Count);
            if (parents.Count > 0)
            {
                int length = ComposeSeparator(entry, PageAt(below[i - 1]), child, below[i], sum);
                var parent = PageAt(parents[^1]);
                if (OrderedPage.Fits(parent, length))
                {
                    OrderedPage.Insert(parent, parent->Count, entry, length);
                    continue;
                }
            }

            AddParent(parents, below, i, sum);
        }

        return parents;
    }

    /// <summary>
    /// A new inner page that starts with a child. Its first separator is what tells it from its left neighbour, for the level above.
    /// </summary>
    private void AddParent(List<uint> parents, List<uint> below, int i, long sum)
    {
        byte* entry = stackalloc byte[OrderedPage.EntryBytesMax];
        uint page = AllocatePage(PageAt(below[i])->Level + 1);
        int length = i == 0 ? OrderedPage.Compose(entry, default, null, below[i], sum, true)
            : ComposeSeparator(entry, PageAt(below[i - 1]), PageAt(below[i]), below[i], sum);
        OrderedPage.Insert(PageAt(page), 0, entry, length);
        parents.Add(page);
    }

    private static int Compare(byte* left, byte* right) => OrderedPage.Compare(left, WholeKey(right));

    private sealed class LeafCapture(OrderedSet set, bool whole) : StateCapture(whole), ILeafSink
    {
        private readonly FrameBuffer _frames = new();
        private long _entries;
        private long _gone;

        internal override bool Drain(int entriesMax) => set._leaves!.Drain(set, Math.Max(entriesMax / 64, 1));

        internal override RunRef Write(RunOutput output)
        {
            _frames.MoveTo(output);
            return output.End(RunHead.Of(_entries, _gone));
        }

        void ILeafSink.Gone(ReadOnlySpan<uint> pages)
        {
            if (pages.Length > 0)
            {
                _gone += pages.Length;
                var into = _frames.Begin(StateFrame.Gone);
                into.WriteRunOf(pages);
                _frames.EndFrame();
            }
        }

        void ILeafSink.Leaf(OrderedSet source, uint page)
        {
            _entries++;
            var at = source.PageAt(page);
            var into = _frames.Begin(StateFrame.Leaf);
            into.WriteInt32((int)page);
            into.WriteInt32(at->Count);
            for (int slot = 0; slot < at->Count; slot++)
            {
                byte* entry = OrderedPage.Entry(at, slot);
                into.WriteInt64(OrderedPage.Word(entry));
                into.WriteInt64(OrderedPage.CountOf(entry));
                into.WriteRun(WholeKey(entry));
            }

            _frames.EndFrame();
        }
    }
}
