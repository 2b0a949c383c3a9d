using System.Collections.Immutable;
using Vectorized.Engine.Dataflow.Watermarks;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// All operators of the main lane, in parts. Views attach to the outputs of the relations they read; dropping one cuts
/// its edges and frees its state. Changed between ticks only, by the main lane.
/// </summary>
internal sealed class DataflowGraph
{
    private readonly Dictionary<int, RelationOutput> _relations = [];
    private readonly Dictionary<int, ViewInstance> _views = [];
    private ImmutableArray<RelationIntake> _gated = [];
    private ImmutableArray<ViewInstance> _running = [];
    private readonly List<ViewInstance> _sinks = [];

    internal DataflowGraph(int partCount, ulong hashSeed, EpochProtection epochs, TickPins pins)
    {
        Shared = new SharedArrangements(Detach);
        Parts = new GraphPart[partCount];
        for (int i = 0; i < partCount; i++)
        {
            Parts[i] = new GraphPart(i, partCount, hashSeed, new StateContext(epochs, pins, i, partCount), Watermarks);
        }
    }

    internal GraphPart[] Parts { get; }

    /// <summary>The memory limit that views live under; null in tests of operators.</summary>
    internal Budget.MemoryBudget? Budget { get; init; }

    /// <summary>What joins of several views read.</summary>
    internal SharedArrangements Shared { get; }

    /// <summary>What has been cut off.</summary>
    internal DetachedOperators Detached { get; } = new();

    /// <summary>Bugs that tests plant; null otherwise.</summary>
    internal DataflowHook? Hook { get; init; }

    internal int LevelCount
    {
        get
        {
            int levels = 0;
            foreach (var part in Parts)
            {
                levels = Math.Max(levels, part.LevelCount);
            }

            return levels;
        }
    }

    /// <summary>Whether a view has failed in the tick just executed. Asked every tick, so without an enumerator on the heap.</summary>
    internal bool AnyViewFailed
    {
        get
        {
            foreach (var view in _views.Values)
            {
                if (view.Failure.HasFailed)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The inputs' watermarks, for the operators.</summary>
    internal WatermarkBoard Watermarks { get; } = new();

    /// <summary>The relations that declare a watermark. Changed between ticks; any thread may read it.</summary>
    internal ImmutableArray<RelationIntake> Gated => _gated;

    /// <summary>
    /// When a time operator wants a tick next, or a silent split may be declared idle, in microseconds since 1970;
    /// long.MaxValue: never.
    /// </summary>
    internal long NextDueMicros
    {
        get
        {
            long next = long.MaxValue;
            foreach (var part in Parts)
            {
                next = Math.Min(next, part.Context.DueTimes.NextMicros);
            }

            foreach (var intake in _gated)
            {
                next = Math.Min(next, intake.Gate!.NextIdleMicros);
            }

            return next;
        }
    }

    /// <summary>
    /// State made until the returned scopes are closed is that of a relation, view or index (<see cref="StateRegistry"/>).
    /// </summary>
    internal GraphScope Open(string scope) => new(Parts, scope);

    /// <summary>
    /// What is made until it is disposed is held back: no checkpoint holds it and no time of its starts a tick before <see cref="Admit"/>.
    /// </summary>
    internal Holding Hold() => new(Parts);

    /// <summary>What was held back is as all else from now on.</summary>
    internal void Admit()
    {
        foreach (var part in Parts)
        {
            part.State.Registry.Admit();
            part.Context.DueTimes.Admit();
        }
    }

    /// <summary>What was held back comes to nothing: also what an operator had made that then could not be.</summary>
    internal void Abandon()
    {
        foreach (var part in Parts)
        {
            part.State.Registry.Abandon();
        }
    }

    /// <summary>The state is to outlive the process: before anything is built.</summary>
    internal void KeepState()
    {
        foreach (var part in Parts)
        {
            part.State.Registry.IsEnabled = true;
        }
    }

    internal IEnumerable<ViewInstance> Views => _views.Values;

    /// <summary>The same, for any thread.</summary>
    internal ImmutableArray<ViewInstance> Running => _running;

    /// <summary>Sinks whose rows somebody takes, in the order of their ids.</summary>
    internal List<ViewInstance> Sinks => _sinks;

    internal RelationOutput Relation(int id) => _relations.GetValueOrDefault(id)
        ?? throw new SqlException(SqlState.InternalError, $"relation {id} has no output in the dataflow");

    internal bool HasRelation(int id) => _relations.ContainsKey(id);

    internal ViewInstance? View(int relationId) => _views.GetValueOrDefault(relationId);

    internal void AddRelation(RelationOutput output)
    {
        _relations.Add(output.RelationId, output);
        if (output.Intake is { Gate: not null } intake)
        {
            _gated = _gated.Add(intake);
        }
    }

    internal void AddView(ViewInstance view)
    {
        _views.Add(view.RelationId, view);
        _running = _running.Add(view);
        if (view.Sink is not null)
        {
            int after = _sinks.FindIndex(s => s.RelationId > view.RelationId);
            _sinks.Insert(after < 0 ? _sinks.Count : after, view);
        }
        else if (view.Output is not null)
        {
            _relations.Add(view.RelationId, view.Output);
        }

        if (view.ErrorsOutput is { } errors)
        {
            _relations.Add(errors.RelationId, errors);
        }
    }

    /// <summary>Carries out a record's decisions about splits, before its rows.</summary>
    internal void Decide(TickRecord record)
    {
        foreach (var split in record.Splits)
        {
            if (_relations.GetValueOrDefault(split.RelationId)?.Intake?.Gate is { } gate)
            {
                gate.Decide(split, record.NowMicros);
                Watermarks.Set(split.RelationId, gate.Watermark);
            }
        }
    }

    /// <summary>Removes a relation and, if it is a view, its operators. Nothing may read it any more.</summary>
    internal void Remove(int relationId)
    {
        if (_relations.Remove(relationId, out var output))
        {
            _gated = _gated.RemoveAll(i => i.RelationId == relationId);
            Watermarks.Remove(relationId);
            foreach (var (part, root) in output.Roots)
            {
                part.RemoveRoot(root);
            }
        }

        if (_views.Remove(relationId, out var view))
        {
            _running = _running.Remove(view);
            if (view.ErrorsOutput is { } errors)
            {
                _relations.Remove(errors.RelationId);
            }

            _sinks.Remove(view);
            Detach(view);
        }
    }

    /// <summary>Stops a view that has failed: it gets nothing more, its kept rows stay as they were.</summary>
    internal void Suspend(ViewInstance view)
    {
        Detach(view);
        _sinks.Remove(view);
        _views.Remove(view.RelationId);
        _running = _running.Remove(view);
        _relations.Remove(view.RelationId);
        if (view.ErrorsOutput is { } errors)
        {
            _relations.Remove(errors.RelationId);
        }
    }

    /// <summary>Frees the state of all operators and arrangements. Nobody executes or reads any more.</summary>
    internal void Drop()
    {
        foreach (var view in _views.Values)
        {
            Detach(view);
        }

        Detached.Free();
        foreach (var part in Parts)
        {
            part.Drop();
        }
    }

    /// <summary>Cuts a view off its inputs and frees its operators' own state (not the relation's arrangement), soon.</summary>
    internal void Detach(ViewInstance view)
    {
        foreach (var (upstream, gate) in view.Edges)
        {
            upstream.Disconnect(gate);
        }

        view.Edges.Clear();
        view.EndReading();
        foreach (var (part, root, _) in view.Roots)
        {
            part.RemoveRoot(root);
        }

        view.Roots.Clear();
        Detached.Add(view.Operators);
        view.Operators.Clear();
        view.GiveBack?.Invoke(view);
    }
}
