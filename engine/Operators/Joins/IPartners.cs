using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>
/// Knows which rows of one side of a join (the source) have a partner on the other, and which gained their first or lost their
/// last in a tick. One thread.
/// </summary>
internal interface IPartners : IDisposable
{
    long Bytes { get; }

    /// <summary>
    /// Changes of the source side. On entry how many partners each row met in the state the delta equation names; on return
    /// how many it has.
    /// </summary>
    void Enter(Batch batch, Span<long> partners);

    /// <summary>A batch of changes of the partner side is about to meet the source side.</summary>
    void BeginPartners(Batch partners);

    /// <summary>Rows of that batch met these stored source rows, with the weights of the batch's rows.</summary>
    void PartnersChanged(Batch partners, ReadOnlySpan<int> partnerRows, ReadOnlySpan<uint> sourceRowIds);

    /// <summary>Both ticks have ended; these were the partner side's changes.</summary>
    void BeginTransitions(List<Batch> partnerDeltas);

    /// <summary>The next source rows whose having a partner changed: +1 gained, -1 lost. False when there are no more.</summary>
    bool NextTransitions(out ReadOnlySpan<uint> sourceRowIds, out Span<sbyte> signs);
}
