using System.Runtime.InteropServices;
using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Floor;

/// <summary>
/// q5: for every 10 s window that starts each 2 s, the auctions with the most bids. A vector's run inside one 2 s pane
/// is counted in a small array first, then added to the five open windows, which keep a count an auction and their
/// leaders.
/// </summary>
internal sealed class HotItemsLoop : FloorLoop
{
    private const long FirstId = 1000;
    private const long PaneMicros = 2_000_000;
    private const int PanesPerWindow = 5;
    private const int OpenMax = 8;

    /// <summary>Auctions a run may touch below its first: the 100 in flight, rounded up.</summary>
    private const int LookBack = 128;

    private readonly Window[] _windows = new Window[OpenMax];
    private readonly ResultColumn<(long Auction, long Count)> _result;
    private readonly int[] _counts = new int[4 * 8192];
    private long _closedRows;
    private long _pane;

    internal HotItemsLoop(NexmarkBlocks input)
    {
        for (int i = 0; i < OpenMax; i++)
        {
            _windows[i] = new Window();
        }

        _result = new ResultColumn<(long, long)>(input.Rows(NexmarkKind.Bid) + 1);
        Reset();
    }

    internal override string Query => "q5";

    internal override void Reset()
    {
        _pane = long.MinValue;
        _closedRows = 0;
        _result.Clear();
        Array.ForEach(_windows, window => window.Close());
    }

    internal override void Consume(NexmarkBlock block)
    {
        ReadOnlySpan<long> auctions = block.Bids[0].Values<long>();
        ReadOnlySpan<long> times = block.Bids[5].Values<long>();
        int start = 0;
        while (start < auctions.Length)
        {
            long pane = times[start] / PaneMicros;
            int end = TimeRuns.End(times, start, (pane + 1) * PaneMicros);
            if (pane != _pane)
            {
                Advance(pane);
            }

            AddRun(pane, auctions[start..end]);
            start = end;
        }
    }

    private void AddRun(long pane, ReadOnlySpan<long> auctions)
    {
        // Ids of a run spread over what is in flight plus what opens meanwhile: under 8192 even for a whole vector.
        long origin = Math.Max(auctions[0] - (2 * LookBack), FirstId);
        int last = Count(auctions, origin);
        var counts = MemoryMarshal.Cast<int, (int A, int B, int C, int D)>(_counts.AsSpan());
        for (int i = 0; i <= last; i++)
        {
            var (a, b, c, d) = counts[i];
            int more = a + b + c + d;
            if (more == 0)
            {
                continue;
            }

            counts[i] = default;
            for (long start = pane - PanesPerWindow + 1; start <= pane; start++)
            {
                _windows[start & (OpenMax - 1)].Add(origin + i, more);
            }
        }
    }

    /// <summary>
    /// Counts by auction in four interleaved arrays, so that a hot auction's increments do not wait for each other.
    /// </summary>
    private int Count(ReadOnlySpan<long> auctions, long origin)
    {
        int[] counts = _counts;
        int last = 0;
        for (int i = 0; i < auctions.Length; i++)
        {
            int index = (int)(auctions[i] - origin);
            last = Math.Max(last, index);
            counts[(index << 2) + (i & 3)]++;
        }

        return last;
    }

    /// <summary>Opens the windows that hold the pane and closes those that do not any more.</summary>
    private void Advance(long pane)
    {
        // Results of closed windows stand before those of open ones, which each tick rewrites.
        _result.Truncate(_closedRows);
        foreach (var window in _windows)
        {
            if (window.Start <= pane - PanesPerWindow)
            {
                Emit(window);
                window.Close();
            }
        }

        _closedRows = _result.Count;
        for (long start = pane - PanesPerWindow + 1; start <= pane; start++)
        {
            _windows[start & (OpenMax - 1)].Open(start);
        }

        _pane = pane;
    }

    private void Emit(Window window)
    {
        foreach (long auction in window.Leaders)
        {
            _result.Add((auction, window.Most));
        }
    }

    internal override void EndTick()
    {
        _result.Truncate(_closedRows);
        Array.ForEach(_windows, Emit);
    }

    internal override long RowCount => _result.Count;

    internal override void Write(string path)
    {
        using var csv = new CsvWriter(path, "auction", "num");
        for (long row = 0; row < _result.Count; row++)
        {
            csv.Number(_result[row].Auction).Number(_result[row].Count).End();
        }
    }

    public override void Dispose() => _result.Dispose();

    /// <summary>
    /// One window's counts by auction from <see cref="_origin"/> on, its highest count, and who has it.
    /// </summary>
    private sealed class Window
    {
        private int[] _counts = new int[1024];
        private long _origin = -1;
        private int _used;

        /// <summary>The pane it starts with; long.MaxValue while unused.</summary>
        internal long Start { get; private set; } = long.MaxValue;

        internal List<long> Leaders { get; } = [];

        internal int Most { get; private set; }

        internal void Open(long start)
        {
            Start = start;
        }

        internal void Close()
        {
            Array.Clear(_counts, 0, _used);
            _used = 0;
            Start = long.MaxValue;
            _origin = -1;
            Most = 0;
            Leaders.Clear();
        }

        internal void Add(long auction, int more)
        {
            if (_origin < 0)
            {
                _origin = Math.Max(auction - LookBack, 0);
            }

            int index = (int)(auction - _origin);
            if (index >= _used)
            {
                _used = index + 1;
                if (index >= _counts.Length)
                {
                    Array.Resize(ref _counts, Math.Max(_counts.Length * 2, index + 1));
                }
            }

            int count = _counts[index] += more;
            if (count < Most)
            {
                return;
            }

            if (count > Most)
            {
                Most = count;
                Leaders.Clear();
            }

            Leaders.Add(auction);
        }
    }
}
