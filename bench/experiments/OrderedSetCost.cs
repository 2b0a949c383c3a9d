using Vectorized.Engine.State;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// What a one-row change of a group costs by the group's size: remove a random key, insert another, ask for the group's
/// first, its rank and its median. CPU time; the ratio of one group of 10^6 to a thousand groups of 10^3 (as many rows, as
/// cold caches) must be below 3. One group of 10^3 alone, all in the first-level cache, is printed beside.
/// </summary>
internal sealed class OrderedSetCost : IExperiment
{
    private const int Changes = 200_000;

    public string Name => "ordered-set";

    public string Summary => "a one-row change in groups of 10^3 and 10^6 rows: cost ratio below 3";

    public int Run(TextWriter output)
    {
        double alone = Enumerable.Range(0, 3).Min(_ => Measure(1, 1000));
        double small = Enumerable.Range(0, 3).Min(_ => Measure(1000, 1000));
        double large = Enumerable.Range(0, 3).Min(_ => Measure(1, 1_000_000));
        output.WriteLine("groups  rows in group  us/change");
        output.WriteLine($"{1,6}  {1000,13}  {alone,9:0.00}");
        output.WriteLine($"{1000,6}  {1000,13}  {small,9:0.00}");
        output.WriteLine($"{1,6}  {1_000_000,13}  {large,9:0.00}");
        output.WriteLine($"ratio {large / small:0.00}");
        return large < 3 * small ? 0 : 1;
    }

    private static double Measure(int groups, int rows)
    {
        using var context = StateContext.Private();
        using var set = new OrderedSet("bench", context);
        var random = new SeededRandom(4);
        byte[][] keys = new byte[groups * rows][];
        for (int i = 0; i < keys.Length; i++)
        {
            set.Add(keys[i] = Key(random, i / rows), i);
        }

        long sum = 0;
        long start = CpuClock.ThreadNanos;
        for (int i = 0; i < Changes; i++)
        {
            int at = (int)random.Next(keys.Length);
            set.Add(keys[at], 0, -1);
            set.Add(keys[at] = Key(random, at / rows), i);
            var prefix = keys[at].AsSpan(0, 4);
            sum += set.Seek(prefix).Payload + set.CountBelow(keys[at]);
            sum += set.Select(set.CountBelow(prefix) + (rows / 2), out _).Payload;
        }

        double micros = (CpuClock.ThreadNanos - start) / 1000.0 / Changes;
        return sum == 42 ? 0 : micros;
    }

    private static byte[] Key(SeededRandom random, int group)
    {
        byte[] key = new byte[21];
        random.Fill(key);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(key, group);
        return key;
    }
}
