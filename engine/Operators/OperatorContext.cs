using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators.Time;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators;

/// <summary>
/// What the operators of one worker part share: the tick being executed, memory, evaluation. Owned by the part; one thread
/// at a time. In a view both arenas are the tick's; in a query <see cref="Scratch"/> is given back after each scanned
/// vector and <see cref="Tick"/> lasts until the query ends.
/// </summary>
internal sealed class OperatorContext
{
    private readonly bool _vectorsAreRecycled;
    private OperatorTiming? _timing;

    public OperatorContext(int part, int partCount, Arena tickArena, Arena? scratch = null)
    {
        Part = part;
        PartCount = partCount;
        TickArena = tickArena;
        Scratch = scratch ?? tickArena;
        _vectorsAreRecycled = scratch is not null;
        Evaluation = new EvaluationContext(Scratch);
    }

    /// <summary>Which part of the shards this is, and of how many.</summary>
    public int Part { get; }

    public int PartCount { get; }

    /// <summary>Memory that lasts until the tick (or query) ends.</summary>
    public Arena TickArena { get; }

    /// <summary>Memory for what is emitted during a Push.</summary>
    public Arena Scratch { get; }

    public BatchPool Batches { get; } = new();

    public EvaluationContext Evaluation { get; }

    /// <summary>The tick being executed. State written now is born at it.</summary>
    public long Tick { get; set; }

    /// <summary>True in an ad-hoc query: inputs are closed, state is the query's and dies with it.</summary>
    public bool IsQuery => _vectorsAreRecycled;

    /// <summary>
    /// While a view is built beside the main lane's ticks: which ticks of others' rows the tick that its operators execute stands for.
    /// Null where that is the tick itself.
    /// </summary>
    internal TicksElsewhere? Elsewhere { get; set; }

    /// <summary>What the state structures of this part share; a query has a private one.</summary>
    public StateContext State { get; init; } = null!;

    /// <summary>Seed of every key hash of this database (from the catalog; fixed in tests).</summary>
    public ulong HashSeed { get; init; }

    /// <summary>When this part's time operators want a tick next.</summary>
    public DueTimes DueTimes { get; } = new();

    /// <summary>The inputs' watermarks after this tick's rows; all parts share one.</summary>
    public WatermarkBoard Watermarks { get; init; } = new();

    /// <summary>Ends a query early (LIMIT reached): sources stop feeding.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Wide columns travel as indices until state or a result is written. Off only to measure what it is worth.</summary>
    public bool MaterialisesLate { get; init; } = true;

    public CancellationToken Cancellation { get; init; }

    /// <summary>Measures operators while somebody asks; null: nobody. Set by any thread, read once a batch.</summary>
    public OperatorTiming? Timing
    {
        get => Volatile.Read(ref _timing);
        set => Volatile.Write(ref _timing, value);
    }

    /// <summary>A point in the current vector's memory, for <see cref="Recycle"/>.</summary>
    public readonly record struct VectorMark(Arena.Mark Scratch, int Shells);

    public VectorMark Mark() => new(Scratch.Position, Batches.Position);

    /// <summary>
    /// In a query, gives back what was allocated for a vector that has been emitted, back to a mark: so output of any fan-out
    /// takes one vector's memory. In a view emitted batches last until the tick ends, and nothing happens.
    /// </summary>
    public void Recycle(VectorMark mark)
    {
        if (_vectorsAreRecycled)
        {
            Scratch.Release(mark.Scratch);
            Batches.Release(mark.Shells);
        }
    }

    /// <summary>A batch with the same content that is valid until the tick ends: itself in a view, a copy in a query.</summary>
    public Batch Keep(Batch batch) => _vectorsAreRecycled ? BatchCopy.Into(TickArena, batch) : batch;

    /// <summary>Forgets the tick's memory. Everything emitted in it is gone.</summary>
    public void ResetTick()
    {
        TickArena.Reset();
        Batches.Reset();
    }
}
