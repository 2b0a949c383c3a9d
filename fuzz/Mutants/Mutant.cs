using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;

namespace Vectorized.Fuzz.Mutants;

/// <summary>
/// A planted bug: a change of plan nodes or a spoiling operator on an edge, in views or in queries, the other side staying
/// right.
/// </summary>
/// <param name="name">What is wrong.</param>
/// <param name="inQueries">In queries, for the target `plans`; else in views, for `views`.</param>
internal sealed class Mutant(string name, bool inQueries = false) : DataflowHook
{
    internal string Name { get; } = name;

    internal bool InQueries { get; } = inQueries;

    internal Func<PlanNode, PlanNode>? Changes { get; init; }

    internal Func<PlanNode, int, bool>? AtInput { get; init; }

    internal Func<PlanNode, OperatorContext, bool>? AtOutput { get; init; }

    internal bool AtIndex { get; init; }

    internal bool SharesArrangements { get; init; }

    /// <summary>Changes what views share of their joins; nothing else is planted then.</summary>
    internal Action<SharedArrangements>? AtSharing { get; init; }

    /// <summary>Changes the weights of reports of failing rows; such bugs are for the target `errors`.</summary>
    internal Func<Func<Batch, int, long>>? SpoilsReports { get; init; }

    /// <summary>Another on_error than the view's; for the target `errors`.</summary>
    internal Func<OnError, OnError>? ChangesMode { get; init; }

    internal bool InReports => SpoilsReports is not null || ChangesMode is not null;

    /// <summary>Only time shows it: for the target `time`.</summary>
    internal bool InTime { get; init; }

    /// <summary>Makes the spoiling operator behind the one given.</summary>
    internal Func<Operator, OperatorContext, PlanNode, Operator>? Spoils { get; init; }

    internal override PlanNode Node(PlanNode node, OperatorContext context) =>
        Changes is null || context.IsQuery != InQueries ? node : Changes(node);

    internal override Operator Input(PlanNode node, int input, Operator upstream, OperatorContext context) =>
        AtInput is null || context.IsQuery != InQueries || !AtInput(node, input) ? upstream : Spoils!(upstream, context, node);

    internal override Operator Output(PlanNode node, Operator made, OperatorContext context) =>
        AtOutput is null || context.IsQuery != InQueries || !AtOutput(node, context) ? made : Spoils!(made, context, node);

    internal override Operator Index(Operator index, OperatorContext context)
    {
        if (!AtIndex)
        {
            return index;
        }

        var stale = new SpoiledOperator(context, SpoiledOperator.LosesRetractions());
        stale.ConnectTo(index, 0);
        return stale;
    }

    internal override bool SharesJoinSides => AtSharing is not null;

    internal override Operator Errors(Operator reports, OperatorContext context) =>
        SpoilsReports is null ? reports : SpoiledOperator.Behind(reports, context, SpoilsReports());

    internal override OnError Mode(OnError mode) => ChangesMode?.Invoke(mode) ?? mode;

    internal override string ArrangementName(string columns) => SharesArrangements ? "" : columns;
}
