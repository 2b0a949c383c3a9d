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
    private readonly List<RelationOutput> _fed = [];
    private int _level;

    internal TickExecutor(DataflowGraph graph, WorkerCrew crew)
    {
        _graph = graph;
        _crew = crew;
        _stepPart = StepPart;
    }

    /// <summary>Takes the times of levels stepped by the crew; null: nobody asks.</summary>
    internal LevelTimes? Times { get; init; }

    /// <summary>
    /// Takes what arrives for a relation, of one of its splits: it is dealt to the parts when the tick is executed. The batch lasts until
    /// then.
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

        if (relation.Deal.IsEmpty)
        {
            _fed.Add(relation);
        }

        relation.Deal.Add(batch);
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
        foreach (var relation in _fed)
        {
            // What all stands in one part enters there.
            relation.Deal.Deal(relation.Inputs!, relation.Partitioning.IsSingle ? int.MaxValue : RowsForCrew);
        }

        _fed.Clear();
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

    private void StepPart(int part)
    {
        if (Times is not { } times)
        {
            _graph.Parts[part].StepLevel(_level);
            return;
        }

        long start = times.Now;
        _graph.Parts[part].StepLevel(_level);
        times.Add(_level, part, times.Now - start);
    }
}
