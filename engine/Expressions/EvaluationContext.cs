using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// What an evaluation may depend on beside its input: the arena results go to, parameters, the fixed time, session
/// values. One per worker part or query; one thread.
/// </summary>
public sealed class EvaluationContext(Arena arena)
{
    /// <summary>Where result vectors are allocated.</summary>
    public Arena Arena { get; set; } = arena;

    /// <summary>Values of $1, $2, ...</summary>
    public IReadOnlyList<Datum> Parameters { get; set; } = [];

    /// <summary>now() in microseconds since 1970: the tick record's, or the transaction's start.</summary>
    public long NowMicros { get; set; }

    public SessionValues Session { get; set; } = SessionValues.Default;

    /// <summary>
    /// What takes errors of single rows: the failing expression is NULL there. Null: an error ends the evaluation. Set by
    /// the gates of a view that goes on over errors.
    /// </summary>
    public IRowErrors? RowErrors { get; set; }

    /// <summary>
    /// Rows that count in the current call; empty: all. A row outside may hold garbage and must not raise an error (it
    /// is null, or belongs to another CASE branch).
    /// </summary>
    public RowMask Active { get; set; }

    /// <summary>
    /// Where volatile functions start from. The dataflow sets it by (operator, tick), a query at its start: the same seed
    /// gives the same values in the same order.
    /// </summary>
    public ulong Seed { get; set; }

    /// <summary>The next 64 bits a volatile function uses (splitmix64; Steele, Lea, Flood, 2014).</summary>
    internal ulong NextRandom()
    {
        ulong z = Seed += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB;
        return z ^ z >> 31;
    }
}
