using System.Numerics;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

internal sealed partial class Lowering
{
    /// <summary>
    /// An aggregate's input, with panes below a HOP of which the aggregate reads no times: windows that overlap then share the
    /// work on what they have in common (Li, Maier, Tufte, Papadimos, Tucker, "No Pane, No Gain", 2005).
    /// </summary>
    private PlanNode OverPanes(AggregateNode aggregate) => aggregate.Input switch
    {
        HopNode hop when TakesPanes(hop) && !Reads(aggregate, hop.TimeColumn) => WithPanes(hop),
        ProjectNode { Input: HopNode hop } project when TakesPanes(hop) && !Reads(project, hop.TimeColumn) =>
            _interner.Intern(project with { Input = WithPanes(hop) }),
        var other => other,
    };

    private PlanNode WithPanes(HopNode hop)
    {
        var pane = new PaneNode(
            hop.Input, hop.TimeColumn, (long)BigInteger.GreatestCommonDivisor(hop.SlideMicros, hop.SizeMicros), hop.OffsetMicros)
        {
            Columns = hop.Input.Columns,
            Properties = hop.Input.Properties,
            RowEstimate = hop.Input.RowEstimate,
        };
        return _interner.Intern(hop with { Input = _interner.Intern(pane) });
    }

    /// <summary>Windows must overlap. A row that has a key is never equal to another, and a date has no instants to merge.</summary>
    private static bool TakesPanes(HopNode hop) => hop.Input.Properties.Key is null
        && hop.SlideMicros > 0 && hop.SizeMicros > hop.SlideMicros
        && hop.Input.Columns[hop.TimeColumn].Type.Id is TypeId.Timestamp or TypeId.TimestampTz;

    private static bool Reads(AggregateNode node, int column) => node.GroupColumns.Contains(column)
        || node.Aggregates.Any(a => a.Argument == column || a.Argument2 == column || a.Filter == column
            || (a.OrderBy?.Any(k => k.Column == column) ?? false));

    private static bool Reads(ProjectNode node, int column) =>
        node.Expressions.Any(e => ExpressionTree.Columns(e).Contains(column));
}
