using Vectorized.Engine.Catalog;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>A view's error relation as its operators are built for it: the policy they follow and the kept reports, by part.</summary>
internal sealed class ViewErrors(int relationId, string name, OnError mode, Arrangement[] arrangements)
{
    internal int RelationId { get; } = relationId;

    internal string Name { get; } = name;

    internal Arrangement[] Arrangements { get; } = arrangements;

    internal ErrorPolicy[] Policies { get; } = [.. arrangements.Select(_ => new ErrorPolicy(mode, new RowErrorLog()))];
}
