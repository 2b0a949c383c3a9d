using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>What a look-up in stored runs came to.</summary>
internal enum StoredLookup
{
    Found,
    Absent,

    /// <summary>The arrangement knows, once it is loaded (or already: the runs are closed).</summary>
    Unknown,
}

/// <summary>
/// An arrangement's rows as long as they stand in runs only. The row of a key is found by the runs' directories, from the newest run on:
/// a few short reads a run, whatever the runs' size, while others load all of it. The rows are those of the checkpoint's tick, which is
/// the published epoch as long as the arrangement is not loaded, since nothing is executed before but the log's records, whose changes
/// wait in a <see cref="Checkpoints.Backlog"/> and are met first. Any thread; once closed the last reader closes the runs.
/// </summary>
internal sealed class StoredRows(
    CheckpointStore store, IReadOnlyList<RunRef> runs, IReadOnlyList<SqlType> types, DirectoryKey? key, StoredRowsRules rules)
{
    private const int RowBytesBeside = 16;

    /// <summary>A look-up reads a few blocks: beyond one for so many bytes of runs all of it is loaded sooner.</summary>
    private const long BytesPerLookup = 16 << 10;

    private const int LookupsMin = 256;

    private const long BacklogBytesMax = 512 << 20;

    private readonly long _bytes = runs.Sum(r => r.Length);
    private int _users = 1;
    private long _lookups;
    private Opened? _opened;

    /// <summary>What has changed since; null: nothing. Written before anyone reads.</summary>
    internal Backlog? Backlog { get; private set; }

    internal StoredRowsRules Rules => rules;

    /// <summary>How many rows there are, by the runs' length.</summary>
    internal long RowsAbout { get; } = runs.Sum(r => r.Length) / (RowBytesBeside + types.Sum(t => t.Width));

    /// <summary>
    /// Looks for the row whose key equals the first of <paramref name="keys"/> (the key's columns in the directory's order, none NULL,
    /// <paramref name="hash"/> their hash); its columns named go into <paramref name="result"/>, in the arena.
    /// </summary>
    internal StoredLookup Find(Batch keys, ulong hash, ReadOnlySpan<int> columns, Arena arena, Batch result)
    {
        if (key is null || !TryEnter())
        {
            return StoredLookup.Unknown;
        }

        try
        {
            var delta = keys;
            int row = 0;
            if (rules.MindsBacklog && Backlog?.Find(keys, hash, out delta, out row) is { } isThere)
            {
                if (isThere)
                {
                    Give(delta, row, columns, arena, result);
                }

                return isThere ? StoredLookup.Found : StoredLookup.Absent;
            }

            return Open().Directories is not { } directories ? StoredLookup.Unknown
                : Find(directories, keys, hash, columns, arena, result) ? StoredLookup.Found : StoredLookup.Absent;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Whether so many more look-ups are worth it while the log is executed again, where they could be saved by loading.
    /// </summary>
    internal bool MayFind(int count)
    {
        _lookups += count;
        return key is not null && _lookups <= LookupsMin + (_bytes / BytesPerLookup);
    }

    /// <summary>
    /// Keeps changes of a tick until the rows are loaded; false: they are too many. The thread that executes the log again.
    /// </summary>
    internal bool Keep(ReadOnlySpan<Batch> deltas, long tick)
    {
        Backlog ??= new Backlog(key);
        if (Backlog.Bytes > BacklogBytesMax)
        {
            return false;
        }

        Backlog.Add(deltas, tick);
        return true;
    }

    /// <summary>The arrangement is loaded, or gone: readers go there from now on.</summary>
    internal void Close() => Leave();

    private bool Find(
        RunDirectory[] directories, Batch keys, ulong hash, ReadOnlySpan<int> columns, Arena arena, Batch result)
    {
        using var scratch = new Arena();
        var blocks = new List<int>();
        for (int run = rules.FirstRun; run < directories.Length; run++)
        {
            blocks.Clear();
            directories[run].FindBlocks(hash, blocks);
            foreach (int block in blocks)
            {
                scratch.Reset();
                if (Find(directories, run, block, keys, scratch, out int row) is { } rows)
                {
                    Give(rows, row, columns, arena, result);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The batch of a block that holds the living row of the key, and the row's place in it.</summary>
    private Batch? Find(RunDirectory[] directories, int run, int block, Batch keys, Arena scratch, out int row)
    {
        ReadOnlySpan<byte> rest = directories[run].ReadBlock(block);
        while (StateFrame.TryRead(ref rest, out var frame))
        {
            if (frame.Kind != StateFrame.Rows)
            {
                continue;
            }

            var bytes = frame.Require(StateFrame.Rows);
            int count = bytes.ReadInt32();
            var ids = MemoryMarshal.Cast<byte, uint>(bytes.Take((long)count * sizeof(uint)));
            var rows = BatchCodec.Read(ref bytes, types, scratch);
            for (row = 0; row < count; row++)
            {
                if (IsOfKey(rows, row, keys) && !IsGone(directories, run, ids[row]))
                {
                    return rows;
                }
            }
        }

        row = -1;
        return null;
    }

    private bool IsOfKey(Batch rows, int row, Batch keys)
    {
        for (int i = 0; rules.ComparesKeys && i < key!.Columns.Length; i++)
        {
            if (!KeyEquality.Equal(rows[key.Columns[i]], row, keys[i], 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a run newer than the row's says so: within a run, what is gone is gone from older ones.</summary>
    private bool IsGone(RunDirectory[] directories, int run, uint id)
    {
        for (int newer = 0; rules.MindsGone && newer < run; newer++)
        {
            if (directories[newer].IsGone(id))
            {
                return true;
            }
        }

        return false;
    }

    private static void Give(Batch rows, int row, ReadOnlySpan<int> columns, Arena arena, Batch result)
    {
        result.Reset(1, columns.Length);
        for (int i = 0; i < columns.Length; i++)
        {
            result[i] = BatchCopy.Into(arena, TakeKernel.Take(rows[columns[i]], [row], arena));
        }
    }

    private bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Backlog?.Dispose();
            Volatile.Read(ref _opened)?.Dispose();
        }
    }

    /// <summary>The first to come opens the runs; who comes meanwhile does so, too, as nobody waits for another's reads.</summary>
    private Opened Open()
    {
        if (Volatile.Read(ref _opened) is { } opened)
        {
            return opened;
        }

        var own = new Opened(store, runs);
        if (Interlocked.CompareExchange(ref _opened, own, null) is { } others)
        {
            own.Dispose();
            return others;
        }

        return own;
    }

    /// <summary>All runs, newest first; none when one of them has no directory.</summary>
    private sealed class Opened : IDisposable
    {
        internal Opened(CheckpointStore store, IReadOnlyList<RunRef> runs)
        {
            var directories = new List<RunDirectory>();
            Directories = [];
            try
            {
                for (int i = runs.Count - 1; i >= 0 && Directories is not null; i--)
                {
                    var run = store.OpenRun(runs[i]);
                    if (TryOpen(run) is { } directory)
                    {
                        directories.Add(directory);
                    }
                    else
                    {
                        Directories = null;
                    }
                }
            }
            catch
            {
                directories.ForEach(d => d.Dispose());
                throw;
            }

            if (Directories is null)
            {
                directories.ForEach(d => d.Dispose());
            }
            else
            {
                Directories = [.. directories];
            }
        }

        internal RunDirectory[]? Directories { get; }

        public void Dispose()
        {
            foreach (var directory in Directories ?? [])
            {
                directory.Dispose();
            }
        }

        /// <summary>The run is closed when it has no directory.</summary>
        private static RunDirectory? TryOpen(RunReader run)
        {
            RunDirectory? directory = null;
            try
            {
                return directory = RunDirectory.TryOpen(run);
            }
            finally
            {
                if (directory is null)
                {
                    run.Dispose();
                }
            }
        }
    }
}
