using BenchmarkDotNet.Attributes;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Kernels;

/// <summary>
/// Kernels over one batch of <see cref="Rows"/> rows in cache, each beside the loop a programmer would write for it, and checked against
/// that loop before anything is timed. Public and open, as BenchmarkDotNet wants it; pairs are named Kernel and KernelLoop.
/// </summary>
public class KernelBenchmarks : IDisposable
{
    internal const int Rows = 4096;
    private const ulong HashSeed = 42;
    private const long Bound = 1 << 20;

    private readonly Arena _arena = new();
    private readonly Arena _scratch = new();
    private readonly int[] _selected = new int[Rows];
    private readonly int[] _shuffled = new int[Rows];
    private readonly ulong[] _hashes = new ulong[Rows];
    private readonly long[] _longs = new long[Rows];
    private readonly long[] _others = new long[Rows];
    private readonly long[] _results = new long[Rows];
    private readonly string[] _words = new string[Rows];
    private readonly SortEntry[] _entries = new SortEntry[Rows];
    private readonly SortEntry[] _sorted = new SortEntry[Rows];
    private Vector _left;
    private Vector _right;
    private Vector _bound;
    private Vector _texts;
    private Vector _bits;
    private Vector _sums;

    /// <summary>Makes the rows and checks every kernel.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new SeededRandom(7);
        var left = new VectorBuilder(_arena, SqlType.Int64, Rows);
        var right = new VectorBuilder(_arena, SqlType.Int64, Rows);
        var texts = new VectorBuilder(_arena, SqlType.Varchar, Rows);
        Span<byte> key = stackalloc byte[16];
        for (int row = 0; row < Rows; row++)
        {
            _longs[row] = random.Next(2 << 20);
            _others[row] = random.Next(1 << 30);
            _words[row] = $"a text of row {random.Next(1 << 20):00000000}";
            left.Append(_longs[row]);
            right.Append(_others[row]);
            texts.AppendBytes(System.Text.Encoding.UTF8.GetBytes(_words[row]));
            _shuffled[row] = (int)random.Next(Rows);
            key.Clear();
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, _longs[row]);
            _entries[row] = SortEntry.Of(key, row);
        }

        _left = left.Build();
        _right = right.Build();
        _texts = texts.Build();
        _bound = Vector.AllocateConstant(_arena, SqlType.Int64, Rows);
        _bound.Values<long>()[0] = Bound;
        _bits = Vector.Allocate(_arena, SqlType.Boolean, Rows);
        _sums = Vector.Allocate(_arena, SqlType.Int64, Rows);
        Check();
    }

    public void Dispose()
    {
        _arena.Dispose();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A column against a constant, then the numbers of the rows kept (half of them).</summary>
    [Benchmark]
    public int Filter()
    {
        CompareKernel.Compare(CompareOp.Less, _left, _bound, Rows, ref _bits);
        return SelectionKernel.Select(_bits, Rows, _selected);
    }

    [Benchmark]
    public int FilterLoop()
    {
        int count = 0;
        for (int row = 0; row < _longs.Length; row++)
        {
            if (_longs[row] < Bound)
            {
                _selected[count++] = row;
            }
        }

        return count;
    }

    /// <summary>Two columns added, an overflow noticed.</summary>
    [Benchmark]
    public int Add() => ArithmeticKernel.Apply<long, AddIntegers<long>>(_left, _right, Rows, default, ref _sums);

    [Benchmark]
    public long AddLoop()
    {
        for (int row = 0; row < _longs.Length; row++)
        {
            _results[row] = checked(_longs[row] + _others[row]);
        }

        return _results[^1];
    }

    /// <summary>Integers at random places.</summary>
    [Benchmark]
    public long Take()
    {
        _scratch.Reset();
        return TakeKernel.Take(_left, _shuffled, _scratch).Length;
    }

    [Benchmark]
    public long TakeLoop()
    {
        for (int row = 0; row < _shuffled.Length; row++)
        {
            _results[row] = _longs[_shuffled[row]];
        }

        return _results[^1];
    }

    /// <summary>Hashes of an integer column.</summary>
    [Benchmark]
    public ulong HashIntegers()
    {
        HashKernel.Hash([_left], Rows, HashSeed, _hashes);
        return _hashes[^1];
    }

    [Benchmark]
    public ulong HashIntegersLoop()
    {
        for (int row = 0; row < _longs.Length; row++)
        {
            _hashes[row] = (ulong)HashCode.Combine(_longs[row]);
        }

        return _hashes[^1];
    }

    /// <summary>Hashes of texts of 22 bytes.</summary>
    [Benchmark]
    public ulong HashTexts()
    {
        HashKernel.Hash([_texts], Rows, HashSeed, _hashes);
        return _hashes[^1];
    }

    [Benchmark]
    public ulong HashTextsLoop()
    {
        for (int row = 0; row < _words.Length; row++)
        {
            _hashes[row] = (ulong)_words[row].GetHashCode(StringComparison.Ordinal);
        }

        return _hashes[^1];
    }

    /// <summary>Sixteen-byte keys in order, three bytes of which differ.</summary>
    [Benchmark]
    public int Sort()
    {
        _entries.CopyTo(_sorted, 0);
        KeySort.Sort(_sorted, _scratch);
        return _sorted[0].Row;
    }

    [Benchmark]
    public int SortLoop()
    {
        _entries.CopyTo(_sorted, 0);
        Array.Sort(_sorted, static (a, b) => a.High.CompareTo(b.High));
        return _sorted[0].Row;
    }

    private void Check()
    {
        int kept = Filter();
        int[] rows = [.. _selected.Take(kept)];
        Require(FilterLoop() == kept && rows.SequenceEqual(_selected.Take(kept)), nameof(Filter));
        Add();
        AddLoop();
        Require(_sums.Values<long>()[..Rows].SequenceEqual(_results), nameof(Add));
        TakeLoop();
        Require(TakeKernel.Take(_left, _shuffled, _scratch).Values<long>()[..Rows].SequenceEqual(_results), nameof(Take));
        Require(IsFunctionOf(_longs, HashIntegers), nameof(HashIntegers));
        Require(IsFunctionOf(_words, HashTexts), nameof(HashTexts));
        Sort();
        ulong[] keys = Array.ConvertAll(_sorted, e => e.High);
        SortLoop();
        Require(keys.SequenceEqual(_sorted.Select(e => e.High)), nameof(Sort));
    }

    /// <summary>Equal values have equal hashes, and different values, of so few, different ones.</summary>
    private bool IsFunctionOf<T>(T[] values, Func<ulong> hash)
        where T : notnull
    {
        hash();
        var pairs = values.Zip(_hashes).Distinct().ToList();
        return pairs.Count == values.Distinct().Count() && pairs.Select(p => p.Second).Distinct().Count() == pairs.Count;
    }

    private static void Require(bool holds, string kernel)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"the kernel {kernel} does not do what its loop does");
        }
    }
}
