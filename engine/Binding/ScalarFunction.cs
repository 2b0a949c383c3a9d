using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Computes one result vector from argument vectors of equal row count: one call a batch. Arguments are flat or constant
/// (a dictionary is taken apart by the evaluator); the result comes allocated and flat, views zero. For strict functions
/// the evaluator merges NULLs: the kernel sets values only and may compute garbage under a null, but must not fail there
/// (<see cref="EvaluationContext.Active"/> says which rows count; those with a NULL argument do not). A strict kernel that
/// is not <see cref="ScalarFunction.NullFree"/> finds a bitmap of the result's own and clears bits in it. A kernel that
/// is not strict sets the result's validity itself.
/// </summary>
public delegate void ScalarKernel(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result);

/// <summary>Whether a function may be folded, and when.</summary>
public enum Volatility : byte
{
    Immutable,

    /// <summary>Fixed within a statement (depends on session settings or the catalog).</summary>
    Stable,
    Volatile,
}

/// <summary>
/// One overload of a function or operator (operators are functions named by their symbol, such as "+" or "~~"). The list
/// of parameter types is matched by the binder's overload resolution; the result type may depend on the actual arguments
/// (numeric precision bounds). Identity for durable plans is <see cref="Signature"/>.
/// </summary>
public sealed class ScalarFunction
{
    public required string Name { get; init; }

    /// <summary>
    /// Declared parameter types, unmodified; <see cref="SqlType.Unknown"/> stands for any type, a list of it for any list.
    /// </summary>
    public required IReadOnlyList<SqlType> Parameters { get; init; }

    /// <summary>The last parameter repeats any number of times (at least once).</summary>
    public bool Variadic { get; init; }

    /// <summary>The result type for actual, coerced argument types.</summary>
    public required Func<IReadOnlyList<SqlType>, SqlType> Result { get; init; }

    public required ScalarKernel Kernel { get; init; }

    /// <summary>
    /// Given the argument types and the values of constant arguments (null: not constant), a kernel prepared for them, such
    /// as one that holds a compiled pattern, or null to use <see cref="Kernel"/>. Called once, when an expression is compiled.
    /// </summary>
    public Func<IReadOnlyList<SqlType>, IReadOnlyList<Datum?>, ScalarKernel?>? Specialize { get; init; }

    /// <summary>
    /// Numeric parameters take int2, int4 and int8 vectors as they are: the evaluator leaves out the binder's casts of
    /// integers to numeric. The result type follows the casts.
    /// </summary>
    internal bool TakesIntegersAsNumeric { get; init; }

    /// <summary>NULL in, NULL out: the evaluator does it.</summary>
    public bool Strict { get; init; } = true;

    public Volatility Volatility { get; init; } = Volatility.Immutable;

    /// <summary>May raise an error for some arguments (overflow, division by zero, bad input), so it is not moved below filters.</summary>
    public bool CanFail { get; init; } = true;

    /// <summary>
    /// A row costs so much that results are worth remembering (<see cref="Expressions.ResultMemo"/>). The kernel goes row by row over
    /// the active rows, and what it gives for a row depends on that row's arguments alone.
    /// </summary>
    internal bool IsCostly { get; init; }

    /// <summary>The result is never NULL when no argument is.</summary>
    public bool NullFree { get; init; } = true;

    /// <summary>Name and parameter types as text: what a stored plan names.</summary>
    public string Signature => $"{Name}({string.Join(",", Parameters.Select(p => p.ToString()))}{(Variadic ? ",..." : "")})";

    public override string ToString() => Signature;
}
