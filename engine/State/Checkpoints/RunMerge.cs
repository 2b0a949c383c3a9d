using Vectorized.Engine.Columns;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// Makes one run of a structure's newest runs: what is void is left out; numbers that are gone stay named while older runs remain
/// (O'Neil et al., "The Log-Structured Merge-Tree", 1996; runs of about one size are merged together, so that an entry is written
/// again a logarithmic number of times). What one checkpoint merges is bounded by what it adds: a changed row does not write a table
/// again; runs that are too long for that wait for a checkpoint that adds more, or until there are too many. Any thread.
/// </summary>
internal static class RunMerge
{
    /// <summary>A run this many times the largest of all newer ones is of another size.</summary>
    private const int SizeRatio = 2;

    /// <summary>So many of about one size are merged: an entry is written again once for each factor of this in the state's size.</summary>
    private const int RunsMin = 8;

    /// <summary>So many bytes are merged for each that is new, and so many more.</summary>
    private const int NewFactor = 16;
    private const long BytesFree = 256 << 10;

    /// <summary>With so many runs they are merged whatever it takes.</summary>
    private const int RunsMax = 48;

    /// <summary>
    /// From which run on (of runs oldest first) to merge when so many bytes are added; their number: nothing is to be merged.
    /// </summary>
    internal static int Start(IReadOnlyList<RunRef> runs, long bytesNew)
    {
        long newer = runs.Count == 0 ? 0 : runs[^1].Length;
        long largest = newer;
        int start = runs.Count - 1;
        while (start > 0 && runs[start - 1].Length <= SizeRatio * largest)
        {
            start--;
            newer += runs[start].Length;
            largest = Math.Max(largest, runs[start].Length);
        }

        long bytesMax = runs.Count < RunsMax ? BytesFree + (NewFactor * bytesNew) : long.MaxValue;
        for (; newer > bytesMax; start++)
        {
            newer -= runs[start].Length;
        }

        return runs.Count - start >= RunsMin ? start : runs.Count;
    }

    /// <summary>
    /// One run in the place of all of these (oldest first). <paramref name="isOldest"/>: none is older. Asks before each block whether to
    /// stop: then <see cref="OperationCanceledException"/>.
    /// </summary>
    internal static RunRef Merge(
        CheckpointStore store, string name, IReadOnlyList<RunRef> runs, FrameShape shape, bool isOldest, RunOutput output,
        Func<bool>? stops = null)
    {
        using var load = new RunLoad(store, name, runs);
        using var arena = new Arena();
        using var directory = shape.Directory is { } key ? new DirectoryWriter(key) : null;
        long entries = 0;
        long gone = 0;
        for (int run = 0; run < load.Count; run++)
        {
            foreach (var block in load.Blocks(run))
            {
                if (stops?.Invoke() == true)
                {
                    throw new OperationCanceledException($"runs of {name} are not merged any more");
                }

                var rest = block.Span;
                while (StateFrame.TryRead(ref rest, out var frame))
                {
                    arena.Reset();
                    directory?.Step(output);
                    switch (frame.Kind)
                    {
                        case StateFrame.Directory or StateFrame.DirectoryIndex:
                            break;
                        case StateFrame.Gone:
                            var numbers = load.ReadGone(run, in frame);
                            if (!isOldest)
                            {
                                gone += numbers.Length;
                                directory?.AddGone(numbers);
                                output.Append(frame.Whole);
                            }

                            break;
                        case StateFrame.Leaf:
                            if (load.Take(run, (uint)new ByteReader(frame.Body).ReadInt32()))
                            {
                                entries++;
                                output.Append(frame.Whole);
                            }

                            break;
                        default:
                            shape.Sift(in frame, load, run, output, directory, arena, ref entries);
                            break;
                    }
                }
            }

            load.EndRun(run);
        }

        directory?.End(output);
        return output.End(RunHead.Of(entries, gone, load.NewestHead));
    }
}
