using System.Diagnostics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Experiment 1: what a tick costs that has nothing to do, through 30 operators in two parts with three levels of exchange,
/// stepped by two threads with barriers and by one thread; the goal is below 20 us.
/// </summary>
internal sealed class EmptyTick : IExperiment
{
    private const int Parts = 2;
    private const int Levels = 3;
    private const int OperatorsByLevel = 10;
    private const int Ticks = 200_000;

    public string Name => "empty-tick";

    public string Summary => "an empty tick through 30 operators, 2 workers, 3 exchange levels";

    public int Run(TextWriter output)
    {
        var epochs = new EpochProtection();
        var pins = new TickPins();
        var graph = new DataflowGraph(Parts, hashSeed: 1, epochs, pins);
        Build(graph);
        using var crew = new WorkerCrew(Parts, Host.System.Threads);
        var executor = new TickExecutor(graph, crew);
        foreach (var (label, rows) in new[] { ("two threads, a barrier a level", TickExecutor.RowsForCrew), ("one thread", 0) })
        {
            Measure(executor, rows, Ticks / 10);
            var nanos = Measure(executor, rows, Ticks);
            Array.Sort(nanos);
            output.WriteLine(
                $"{label}: p50 {nanos[Ticks / 2] / 1000.0:0.00} us, p99 {nanos[Ticks * 99L / 100] / 1000.0:0.00} us, "
                + $"mean {nanos.Average() / 1000.0:0.00} us");
        }

        return 0;
    }

    private static double[] Measure(TickExecutor executor, int rowCount, int ticks)
    {
        var nanos = new double[ticks];
        for (int i = 0; i < ticks; i++)
        {
            long start = Stopwatch.GetTimestamp();
            executor.BeginTick(i + 1, 0);
            executor.Execute(rowCount);
            nanos[i] = (Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency);
        }

        return nanos;
    }

    private static void Build(DataflowGraph graph)
    {
        var roots = graph.Parts.Select(RootOperator (p) => new RelationInput(p.Context)).ToArray();
        for (int level = 0; level <= Levels; level++)
        {
            var channel = new ExchangeChannel(Parts);
            for (int part = 0; part < Parts; part++)
            {
                var graphPart = graph.Parts[part];
                graphPart.AddRoot(level, roots[part]);
                Operator last = roots[part];
                for (int i = 0; level < Levels && i < OperatorsByLevel; i++)
                {
                    Operator next = i == OperatorsByLevel - 1
                        ? new ExchangeSender(graphPart.Context, channel, [0])
                        : new PassOperator(graphPart.Context);
                    last.ConnectTo(next, 0);
                    last = next;
                }
            }

            roots = graph.Parts.Select(RootOperator (p) => new ExchangeReceiver(p.Context, channel, new ViewFailure())).ToArray();
        }
    }

    private sealed class PassOperator(OperatorContext context) : Operator(context, inputCount: 1)
    {
        public override void Push(int input, Batch batch) => Emit(batch);
    }
}
