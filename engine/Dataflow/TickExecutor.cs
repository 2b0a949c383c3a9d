using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Executes one tick through a graph, level by level, on one thread or on the crew: a small tick costs less on one thread
/// than the barriers between levels would. The result is the same either way.
/// </summary>
internal sealed class TickExecutor
{
    /// <summary>Ticks with fewer input rows run on the calling thread.</summary>
    internal const int RowsForCrew = 1000;

    private readonly Action<int> _stepPart;
    private readonly DataflowGraph _graph;
    private readonly WorkerCrew _crew;
    private int _level;

    internal TickExecutor(DataflowGraph graph, WorkerCrew crew)
    {
        _graph = graph;
        _crew = crew;
        _stepPart = part => _graph.Parts[part].StepLevel(_level);
    }

    /// <summary>
    /// Gives what arrives for a relation, of one of its splits, to the parts: rows of a source are dealt in runs, those of a table enter
    /// at part 0.
    /// </summary>
    internal void Feed(RelationOutput relation, Batch batch, string split = "")
    {
        if (relation.Intake is { } intake)
        {
            batch = intake.Take(batch, split, _graph.Parts[0].Context);
            if (intake.Gate is { } gate)
            {
                _graph.Watermarks.Set(relation.RelationId, gate.Watermark);
            }

            if (batch.RowCount == 0)
            {
                return;
            }
        }

        var inputs = relation.Inputs!;
        if (inputs.Length == 1 || batch.RowCount < RowsForCrew || !ReferenceEquals(relation.Partitioning, Partitioning.Anywhere))
        {
            inputs[0].Add(batch);
            return;
        }

        // Runs start at multiples of 8 rows so that bitmaps can be sliced.
        int run = ((batch.RowCount / inputs.Length) + 8) & ~7;
        for (int part = 0, start = 0; start < batch.RowCount; part++, start += run)
        {
            inputs[part].Add(batch, start, Math.Min(run, batch.RowCount - start));
        }
    }

    internal void BeginTick(long tick, long nowMicros)
    {
        _graph.Budget?.BeginTick();
        foreach (var part in _graph.Parts)
        {
            part.BeginTick(tick, nowMicros);
        }
    }

    /// <summary>Steps every level of every part. Between levels all parts have finished the one before.</summary>
    internal void Execute(int rowCount)
    {
        int levels = _graph.LevelCount;
        for (int level = 0; level < levels; level++)
        {
            if (_graph.Parts.Length == 1 || rowCount < RowsForCrew)
            {
                foreach (var part in _graph.Parts)
                {
                    part.StepLevel(level);
                }
            }
            else
            {
                _level = level;
                _crew.Run(_stepPart);
            }
        }
    }
}
