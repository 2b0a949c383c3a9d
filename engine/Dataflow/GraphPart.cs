using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// One worker's share of a dataflow graph: its operators, by level of exchange, and their context. A level's roots are
/// stepped in order; a batch pushed into a root runs through all operators up to the next exchange before the push
/// returns. Stepped by one thread at a time.
/// </summary>
internal sealed class GraphPart
{
    private readonly List<List<RootOperator>> _levels = [];

    internal GraphPart(int index, int partCount, ulong hashSeed, StateContext state, WatermarkBoard watermarks)
    {
        State = state;
        Context = new OperatorContext(index, partCount, new Arena()) { HashSeed = hashSeed, State = state, Watermarks = watermarks };
    }

    /// <summary>What the part's state shares: pins, retire list, scratch.</summary>
    internal StateContext State { get; }

    internal OperatorContext Context { get; }

    internal int LevelCount => _levels.Count;

    /// <summary>Frees the part's memory: what is retired, what arrangements still hold, the tick's.</summary>
    internal void Drop()
    {
        State.Dispose();
        foreach (var arrangement in State.Arrangements.ToArray())
        {
            arrangement.Dispose();
        }

        Context.TickArena.Dispose();
    }

    internal void AddRoot(int level, RootOperator root)
    {
        while (_levels.Count <= level)
        {
            _levels.Add([]);
        }

        _levels[level].Add(root);
    }

    internal void RemoveRoot(RootOperator root)
    {
        foreach (var level in _levels)
        {
            level.Remove(root);
        }

        while (_levels.Count > 0 && _levels[^1].Count == 0)
        {
            _levels.RemoveAt(_levels.Count - 1);
        }
    }

    /// <summary>Delivers what waits at each root of the level, then ends the root's tick.</summary>
    internal void StepLevel(int level)
    {
        if (level >= _levels.Count)
        {
            return;
        }

        foreach (var root in _levels[level])
        {
            root.Deliver();
        }
    }

    internal void BeginTick(long tick, long nowMicros)
    {
        Context.ResetTick();
        Context.Tick = tick;
        Context.Evaluation.NowMicros = nowMicros;
        if (Context.Timing is { } timing && nowMicros > timing.UntilMicros)
        {
            Context.Timing = null;
        }
    }
}
