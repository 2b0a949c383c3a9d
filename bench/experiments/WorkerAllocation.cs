using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Managed bytes a row that executing ticks allocates, once warm: 1,000 ticks of 4,450 events each for q0 to q5. What remains
/// is by tick or by chunk of state, not by row.
/// </summary>
internal sealed class WorkerAllocation : IExperiment
{
    private const int WarmTicks = 300;
    private const int Ticks = 1000;

    public string Name => "allocation";

    public string Summary => "managed bytes a row allocated by the worker in steady state, q0 to q5";

    public int Run(TextWriter output)
    {
        using var input = new NexmarkBlocks((long)(WarmTicks + Ticks) * NexmarkBlocks.EventsPerBlock, 100);
        var blocks = input.Blocks.ToArray();
        foreach (string query in new[] { "q0", "q1", "q2", "q3", "q4", "q5" })
        {
            bool materialize = query is not ("q0" or "q1" or "q2");
            using var engine = new NexmarkEngine(query, NexmarkSql.Read(query), workers: 1, materialize);
            for (int i = 0; i < WarmTicks; i++)
            {
                engine.Tick(blocks.AsSpan(i, 1));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = WarmTicks; i < WarmTicks + Ticks; i++)
            {
                engine.Tick(blocks.AsSpan(i, 1));
            }

            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            double rows = (double)Ticks * NexmarkBlocks.EventsPerBlock;
            output.WriteLine($"{query}  {bytes / rows:0.0000} bytes/event  {bytes / (double)Ticks:0} bytes/tick");
        }

        return 0;
    }
}
