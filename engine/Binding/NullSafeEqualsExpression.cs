using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// left IS NOT DISTINCT FROM right, in logical plans only: it becomes a null-safe join key, or, where it is evaluated, a
/// CASE over <paramref name="Equality"/> (null when the type has no = operator).
/// </summary>
internal sealed record NullSafeEqualsExpression(ScalarExpression Left, ScalarExpression Right, ScalarFunction? Equality)
    : ScalarExpression(SqlType.Boolean);
