using System.Runtime.InteropServices;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// A structure's runs while they are read, newest first. A number that a newer run holds or names as gone is void in older ones.
/// One thread.
/// </summary>
internal sealed class RunLoad : IDisposable
{
    /// <summary>So much is asked of the store at once.</summary>
    private const int ReadBytesMax = 4 << 20;

    private readonly List<RunReader> _runs = [];
    private readonly NumberSet _void = new();
    private readonly string _name;
    private readonly LoadPatience? _patience;
    private NumberSet _seen = new();
    private byte[] _buffer = [];

    /// <param name="store">Where they stand.</param>
    /// <param name="name">Whose they are, for messages.</param>
    /// <param name="runs">Oldest first.</param>
    /// <param name="patience">Asked before each read, and after one that failed for the moment. Null: a failure is final.</param>
    internal RunLoad(CheckpointStore store, string name, IReadOnlyList<RunRef> runs, LoadPatience? patience = null)
    {
        _name = name;
        _patience = patience;
        try
        {
            for (int i = runs.Count - 1; i >= 0; i--)
            {
                _runs.Add(Open(store, runs[i]));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many there are; 0: the structure was empty.</summary>
    internal int Count => _runs.Count;

    /// <summary>What the newest run's head holds behind the counts.</summary>
    internal ReadOnlySpan<byte> NewestHead => RunHead.RestOf(_runs[0].Head.Span);

    /// <summary>Each block is valid until the next is asked for.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Blocks(int run)
    {
        var reader = _runs[run];
        for (int first = 0; first < reader.BlockCount;)
        {
            int count = 1;
            while (first + count < reader.BlockCount && reader.BlocksLength(first, count + 1) <= ReadBytesMax)
            {
                count++;
            }

            int length = (int)reader.BlocksLength(first, count);
            if (_buffer.Length < length)
            {
                _buffer = new byte[length];
            }

            Read(reader, first, count, _buffer.AsSpan(0, length));
            for (int start = 0, end = first + count; first < end; first++)
            {
                yield return _buffer.AsMemory(start, reader.BlockLength(first));
                start += reader.BlockLength(first);
            }
        }
    }

    /// <summary>Whether the number is of use, given the newer runs; it is void in older ones from the next run on.</summary>
    internal bool Take(int run, uint number)
    {
        if (run > 0 && _void.Contains(number))
        {
            return false;
        }

        if (run + 1 < _runs.Count)
        {
            _seen.Add(number);
        }

        return true;
    }

    /// <summary>Reads a frame of numbers that are gone.</summary>
    internal ReadOnlySpan<uint> ReadGone(int run, in StateFrame frame)
    {
        var bytes = frame.Require(StateFrame.Gone);
        var numbers = MemoryMarshal.Cast<byte, uint>(bytes.Take((long)bytes.ReadInt32() * sizeof(uint)));
        for (int i = 0; run + 1 < _runs.Count && i < numbers.Length; i++)
        {
            _seen.Add(numbers[i]);
        }

        return numbers;
    }

    /// <summary>A run has been read.</summary>
    internal void EndRun(int run)
    {
        if (run + 1 < _runs.Count)
        {
            _void.AddAll(_seen);
            _seen = new NumberSet();
        }
    }

    internal CorruptionException Broken(string what) => new($"the stored state of \"{_name}\" is damaged: {what}");

    private RunReader Open(CheckpointStore store, RunRef run)
    {
        while (true)
        {
            _patience?.CheckStop();
            try
            {
                var reader = store.OpenRun(run);
                _patience?.Succeeded();
                return reader;
            }
            catch (StorageException e) when (_patience is not null && e.IsTransient)
            {
                _patience.Wait(e);
            }
        }
    }

    private void Read(RunReader reader, int first, int count, Span<byte> into)
    {
        while (true)
        {
            _patience?.CheckStop();
            try
            {
                reader.ReadBlocks(first, count, into);
                _patience?.Succeeded();
                return;
            }
            catch (StorageException e) when (_patience is not null && e.IsTransient)
            {
                _patience.Wait(e);
            }
        }
    }

    public void Dispose()
    {
        foreach (var run in _runs)
        {
            run.Dispose();
        }
    }
}
