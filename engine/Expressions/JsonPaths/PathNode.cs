namespace Vectorized.Engine.Expressions.JsonPaths;

/// <summary>A part of a path. Immutable; shared by all rows and threads.</summary>
internal abstract record PathNode;

/// <summary>$, @, or $name.</summary>
internal sealed record RootNode : PathNode;

internal sealed record CurrentNode : PathNode;

internal sealed record VariableNode(string Name) : PathNode;

/// <summary>A number, string, boolean or null, as JSON text.</summary>
internal sealed record LiteralNode(string Json) : PathNode;

/// <summary>last, within subscripts.</summary>
internal sealed record LastNode : PathNode;

/// <summary>.key</summary>
internal sealed record MemberNode(PathNode Input, string Key) : PathNode;

/// <summary>.*</summary>
internal sealed record AnyMemberNode(PathNode Input) : PathNode;

/// <summary>.** and .**{first to last}: the value and everything below it, by depth.</summary>
internal sealed record DescendNode(PathNode Input, int First, int Last) : PathNode;

/// <summary>[*]</summary>
internal sealed record AnyElementNode(PathNode Input) : PathNode;

/// <summary>[a, b to c]; a single subscript has no end.</summary>
internal sealed record SubscriptNode(PathNode Input, IReadOnlyList<(PathNode From, PathNode? To)> Ranges) : PathNode;

/// <summary>? (predicate)</summary>
internal sealed record FilterNode(PathNode Input, PathNode Predicate) : PathNode;

/// <summary>.size(), .type() and their kin.</summary>
internal sealed record MethodNode(PathNode Input, string Name) : PathNode;

/// <summary>+ - * / %; a sign has no left side.</summary>
internal sealed record ArithmeticNode(char Operator, PathNode? Left, PathNode Right) : PathNode;

/// <summary>== != &lt; &lt;= &gt; &gt;= of any item left with any item right.</summary>
internal sealed record ComparisonNode(string Operator, PathNode Left, PathNode Right) : PathNode;

/// <summary>&amp;&amp; and ||.</summary>
internal sealed record LogicalNode(bool IsAnd, PathNode Left, PathNode Right) : PathNode;

internal sealed record NotNode(PathNode Operand) : PathNode;

internal sealed record ExistsNode(PathNode Operand) : PathNode;

internal sealed record IsUnknownNode(PathNode Operand) : PathNode;

internal sealed record StartsWithNode(PathNode Left, PathNode Right) : PathNode;

internal sealed record LikeRegexNode(PathNode Left, System.Text.RegularExpressions.Regex Pattern) : PathNode;

/// <summary>A whole path; lax unless it says strict.</summary>
internal sealed record JsonPath(PathNode Root, bool IsStrict);
