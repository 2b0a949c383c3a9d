using Vectorized.Engine.State;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// What a one-row change of a group costs by the group's size: remove a random key, insert another, ask for the group's
/// first, its rank and its median. CPU time; the ratio of 10^6 to 10^3 rows must be below 3.
/// </summary>
internal sealed class OrderedSetCost : IExperiment
{
    private const int Changes = 200_000;

    public string Name => "ordered-set";

    public string Summary => "a one-row change in groups of 10^3 and 10^6 rows: cost ratio below 3";

    public int Run(TextWriter output)
    {
        double small = Enumerable.Range(0, 3).Min(_ => Measure(1000));
        double large = Enumerable.Range(0, 3).Min(_ => Measure(1_000_000));
        output.WriteLine($"rows in group  us/change");
        output.WriteLine($"{1000,13}  {small,9:0.00}");
        output.WriteLine($"{1_000_000,13}  {large,9:0.00}");
        output.WriteLine($"ratio {large / small:0.00}");
        return large < 3 * small ? 0 : 1;
    }

    private static double Measure(int rows)
    {
        using var context = StateContext.Private();
        using var set = new OrderedSet("bench", context);
        var random = new SeededRandom(4);
        byte[][] keys = new byte[rows][];
        for (int i = 0; i < rows; i++)
        {
            set.Add(keys[i] = Key(random), i);
        }

        byte[] prefix = [1, 0, 0, 0, 7];
        long sum = 0;
        long start = CpuClock.ThreadNanos;
        for (int i = 0; i < Changes; i++)
        {
            int at = (int)random.Next(rows);
            set.Add(keys[at], 0, -1);
            set.Add(keys[at] = Key(random), i);
            sum += set.Seek(prefix).Payload + set.CountBelow(keys[at]);
            sum += set.Select(set.CountBelow(prefix) + (rows / 2), out _).Payload;
        }

        double micros = (CpuClock.ThreadNanos - start) / 1000.0 / Changes;
        return sum == 42 ? 0 : micros;
    }

    private static byte[] Key(SeededRandom random)
    {
        byte[] key = new byte[21];
        random.Fill(key);
        key[0] = 1;
        key.AsSpan(1, 3).Clear();
        key[4] = 7;
        return key;
    }
}
