using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

/// <summary>
/// An arrangement beside what it should hold at every tick that is still pinned. <see cref="Step"/> executes a random tick;
/// <see cref="Check"/> compares scans and probes of every index at every pinned tick.
/// </summary>
internal sealed class ArrangementModel : IDisposable
{
    private readonly SeededRandom _random;
    private readonly int _domain;
    private readonly int _nullEvery;
    private readonly EpochProtection _epochs = new();
    private readonly TickPins _ticks = new();
    private readonly StateContext _context;
    private readonly Dictionary<long, Dictionary<string, Entry>> _states = [];
    private readonly List<ReadPin> _pins = [];
    private Dictionary<string, Entry> _now = [];

    /// <summary>A row of the model with its texts, whole and by index, and how often it stands there.</summary>
    private sealed record Entry(Datum[] Row, string Text, string[] IndexTexts, long Count);

    internal ArrangementModel(ArrangementSpec spec, ulong seed, int domain, int nullEvery)
    {
        _random = new SeededRandom(seed);
        _domain = domain;
        _nullEvery = nullEvery;
        _context = new StateContext(_epochs, _ticks);
        Arrangement = new Arrangement(spec, _context);
        Arrangement.Rows.SparseRowsMin = 100;
        _states[0] = [];
    }

    internal Arrangement Arrangement { get; }

    internal long Tick { get; private set; }

    private ArrangementSpec Spec => Arrangement.Spec;

    /// <summary>Jumps ahead in time: chunks count ticks from a base.</summary>
    internal void Skip(long ticks)
    {
        _states[Tick + ticks] = _now;
        Tick += ticks;
    }

    internal void Step(int changesMax)
    {
        Tick++;
        var rows = new List<(Datum[] Row, long Weight)>();
        var next = new Dictionary<string, Entry>(_now);
        int changes = (int)_random.Next(changesMax + 1);
        for (int i = 0; i < changes; i++)
        {
            Change(next, rows);
        }

        if (!Spec.AppendOnly && _random.Next(25) == 0)
        {
            // Most of the rows go at once.
            rows.Clear();
            next = new Dictionary<string, Entry>(_now);
            foreach (var (key, entry) in _now.Where(_ => _random.Next(10) > 0))
            {
                rows.Add((entry.Row, -entry.Count));
                next.Remove(key);
            }
        }

        var items = rows.ToArray();
        RandomRows.Shuffle(items.AsSpan(), _random);
        int cut = _random.Next(3) == 0 ? (int)_random.Next(items.Length + 1) : items.Length;
        using var first = RandomRows.Build(Spec.Columns, items.Take(cut));
        using var second = RandomRows.Build(Spec.Columns, items.Skip(cut));
        RandomRows.Encode(first, _random);
        if (Spec.AppendOnly && _random.Next(2) == 0)
        {
            Arrangement.Apply(first.Batch, Tick);
            Arrangement.Apply(second.Batch, Tick);
        }
        else
        {
            Arrangement.Apply([first.Batch, second.Batch], Tick);
        }

        EndTick(next);
    }

    /// <summary>A tick of ordered writes and deletes by key; checks the delta they amount to.</summary>
    internal void UpsertStep(int changesMax)
    {
        Tick++;
        var rows = new List<(Datum[] Row, long Weight)>();
        var next = new Dictionary<string, Entry>(_now);
        for (int i = (int)_random.Next(changesMax + 1); i > 0; i--)
        {
            var row = RandomRows.Row(Spec.Columns, _random, _domain, _nullEvery);
            bool delete = _random.Next(3) == 0;
            rows.Add((row, delete ? -1 : 1));
            string key = KeyOf(row);
            next.Remove(key);
            if (!delete)
            {
                next[key] = EntryOf(row, 1);
            }
        }

        using var changes = RandomRows.Build(Spec.Columns, rows);
        using var arena = new Arena();
        var retracted = new Batch();
        var inserted = new Batch();
        Arrangement.Upsert(changes.Batch, Tick, arena, retracted, inserted);
        var expectedOut = _now.Where(e => !next.TryGetValue(e.Key, out var n) || n.Text != e.Value.Text);
        var expectedIn = next.Where(e => !_now.TryGetValue(e.Key, out var o) || o.Text != e.Value.Text);
        Assert.Equal(expectedOut.Select(e => e.Value.Text).Order(StringComparer.Ordinal), Texts(retracted));
        Assert.Equal(expectedIn.Select(e => e.Value.Text).Order(StringComparer.Ordinal), Texts(inserted));
        Assert.All(Enumerable.Range(0, retracted.RowCount), i => Assert.Equal(-1, retracted.Weight(i)));
        EndTick(next);
    }

    internal void Check()
    {
        foreach (long tick in _pins.Select(p => p.Tick).Append(Tick).Distinct())
        {
            CheckScan(tick);
            for (int index = 0; index < (Spec.Indexes?.Count ?? 0); index++)
            {
                CheckProbe(index, tick);
            }
        }

        if (!Spec.AppendOnly || Spec.Key is not null)
        {
            Assert.Equal(_now.Count, Arrangement.LiveRows);
        }
    }

    public void Dispose()
    {
        foreach (var pin in _pins)
        {
            pin.Dispose();
        }

        Arrangement.Dispose();
        _context.Dispose();
        _epochs.Dispose();
        _ticks.Dispose();
    }

    private static IEnumerable<string> Texts(Batch batch) =>
        Enumerable.Range(0, batch.RowCount).Select(i => RandomRows.Text(batch, i)).Order(StringComparer.Ordinal);

    private void EndTick(Dictionary<string, Entry> next)
    {
        _now = next;
        _states[Tick] = next;
        // Publication lags behind execution now and then, as when a sync covers several ticks.
        if (_random.Next(3) > 0)
        {
            _ticks.Publish(Tick);
        }

        if (_random.Next(6) == 0)
        {
            _pins.Add(ReadPin.Published(_epochs, _ticks));
        }

        while (_pins.Count > 0 && _random.Next(_pins.Count > 5 ? 2 : 7) == 0)
        {
            int at = (int)_random.Next(_pins.Count);
            _pins[at].Dispose();
            _pins.RemoveAt(at);
        }

        _ticks.Refresh();
        _context.EndTick();
        foreach (long gone in _states.Keys.Where(t => t < Tick && !_pins.Exists(p => p.Tick == t)).ToList())
        {
            // The published tick stays: the next pin takes it.
            if (gone != _ticks.Published)
            {
                _states.Remove(gone);
            }
        }
    }

    private void Change(Dictionary<string, Entry> next, List<(Datum[] Row, long Weight)> rows)
    {
        var row = RandomRows.Row(Spec.Columns, _random, _domain, _nullEvery);
        string key = KeyOf(row);
        bool known = next.TryGetValue(key, out var old);
        if (Spec.AppendOnly)
        {
            if (known && Spec.Key is not null)
            {
                return;
            }

            long weight = Spec.Key is null ? 1 + _random.Next(2) : 1;
            rows.Add((row, weight));
            next[key] = EntryOf(row, (old?.Count ?? 0) + weight);
            return;
        }

        if (Spec.Key is null)
        {
            long weight = known && _random.Next(2) == 0 ? -1 - _random.Next(old!.Count) : 1 + _random.Next(3);
            rows.Add((row, weight));
            Put(next, key, row, (old?.Count ?? 0) + weight);
            return;
        }

        if (known)
        {
            rows.Add((old!.Row, -1));
            next.Remove(key);
        }

        if (!known || _random.Next(3) > 0)
        {
            rows.Add((row, 1));
            next[key] = EntryOf(row, 1);
        }
    }

    private void Put(Dictionary<string, Entry> next, string key, Datum[] row, long count)
    {
        next.Remove(key);
        if (count > 0)
        {
            next[key] = EntryOf(row, count);
        }
    }

    private Entry EntryOf(Datum[] row, long count) => new(
        row, RandomRows.Text(row), [.. (Spec.Indexes ?? []).Select(columns => RandomRows.Text(columns.Select(c => row[c])))], count);

    private string KeyOf(Datum[] row) => RandomRows.Text(Spec.Key is null ? row : Spec.Key.Select(c => row[c]));

    private void CheckScan(long tick)
    {
        using var arena = new Arena();
        var batch = new Batch();
        var scan = Arrangement.Scan(tick, [.. Enumerable.Range(0, Spec.Columns.Count)]);
        var found = new Dictionary<string, long>();
        while (scan.Next(batch, arena))
        {
            for (int i = 0; i < batch.RowCount; i++)
            {
                string text = RandomRows.Text(batch, i);
                found[text] = found.GetValueOrDefault(text) + batch.Weight(i);
            }
        }

        var expected = _states[tick].Values.ToDictionary(v => v.Text, v => v.Count);
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    private void CheckProbe(int index, long tick)
    {
        int[] columns = [.. Spec.Indexes![index]];
        SqlType[] types = [.. columns.Select(c => Spec.Columns[c])];
        var keys = Enumerable.Range(0, 40).Select(_ => RandomRows.Row(types, _random, _domain, _nullEvery)).ToArray();
        using var batch = RandomRows.Build(types, keys.Select(k => (k, 1L)));
        int[] order = [.. Enumerable.Range(0, columns.Length)];
        ulong[] hashes = RandomRows.Hash(batch.Batch, order, Spec.HashSeed);
        bool nullsEqual = _random.Next(2) == 0;
        // A small list, so that probes are resumed in the middle of keys.
        using var matches = new MatchList(7);
        using var arena = new Arena();
        var found = keys.Select(_ => new List<string>()).ToArray();
        var cursor = default(ProbeCursor);
        bool more = true;
        while (more)
        {
            matches.Clear();
            more = Arrangement.Probe(index, batch.Batch, order, hashes, Stamp.After(tick), ref cursor, matches, nullsEqual);
            Assert.True(!more || matches.Count == 7);
            var columnsOut = Enumerable.Range(0, Spec.Columns.Count).Select(c => Arrangement.Gather(matches.RowIds, c, arena)).ToArray();
            for (int i = 0; i < matches.Count; i++)
            {
                found[matches.ProbeRows[i]].Add(
                    RandomRows.Text(columnsOut.Select(v => Datum.FromVector(v, i))) + " x" + Arrangement.CountOf(matches.RowIds[i]));
            }
        }

        var byKey = _states[tick].Values.ToLookup(v => v.IndexTexts[index]);
        uint[] first = new uint[keys.Length];
        Arrangement.ProbeFirst(index, batch.Batch, order, hashes, Stamp.After(tick), first, nullsEqual);
        for (int i = 0; i < keys.Length; i++)
        {
            bool matchable = nullsEqual || !keys[i].Any(v => v.IsNull);
            var expected = (matchable ? byKey[RandomRows.Text(keys[i])] : [])
                .Select(v => Spec.AppendOnly && Spec.Key is null ? v.Text : v.Text + " x" + v.Count).Order(StringComparer.Ordinal);
            var actual = found[i].Order(StringComparer.Ordinal);
            if (Spec.AppendOnly && Spec.Key is null)
            {
                // Rows of an append-only bag stand as often as they came.
                Assert.Equal(expected, actual.Select(t => t[..t.LastIndexOf(" x", StringComparison.Ordinal)]).Distinct());
            }
            else
            {
                Assert.Equal(expected, actual);
            }

            Assert.Equal(found[i].Count > 0, first[i] != 0);
        }
    }
}
