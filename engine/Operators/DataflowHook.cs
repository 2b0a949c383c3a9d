using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Where tests change a dataflow while it is instantiated, to plant bugs in it: production sets none, which costs one null
/// check an operator made. Called on the main lane for views, on the caller's thread for queries; one object serves all.
/// </summary>
internal abstract class DataflowHook
{
    /// <summary>The node an operator is made of.</summary>
    internal virtual PlanNode Node(PlanNode node, OperatorContext context) => node;

    /// <summary>What stands before an operator's input: the operator given, or one connected behind it.</summary>
    internal virtual Operator Input(PlanNode node, int input, Operator upstream, OperatorContext context) => upstream;

    /// <summary>What stands behind an operator (or the gate of a view's scan): itself, or one connected behind it.</summary>
    internal virtual Operator Output(PlanNode node, Operator made, OperatorContext context) => made;

    /// <summary>Where the rows of a node's input must stand, given where they do.</summary>
    internal virtual Dataflow.Partitioning Required(
        PlanNode node, Dataflow.Partitioning required, Dataflow.Partitioning actual) => required;

    /// <summary>What stands before the arrangement of an index: itself, or one connected before it.</summary>
    internal virtual Operator Index(Operator index, OperatorContext context) => index;

    /// <summary>What stands before the relation of a view's failing rows: their reports, or what is connected behind them.</summary>
    internal virtual Operator Errors(Operator reports, OperatorContext context) => reports;

    /// <summary>How a view goes on after a failing row.</summary>
    internal virtual Catalog.OnError Mode(Catalog.OnError mode) => mode;

    /// <summary>
    /// Views share their join sides, as without a hook; else joins keep their own rows, so that what is planted in one
    /// stays there.
    /// </summary>
    internal virtual bool SharesJoinSides => false;

    /// <summary>The name under which join sides of one stream share their arrangement.</summary>
    internal virtual string ArrangementName(string columns) => columns;

    /// <summary>Which ticks of rows kept elsewhere a step of a view's building stands for.</summary>
    internal virtual TicksElsewhere Elsewhere(TicksElsewhere ticks) => ticks;

    /// <summary>How often a change that came while a view was being built is fed to it.</summary>
    internal virtual int TimesFollowed => 1;

    /// <summary>Asked before each step of a view's building but the first: it waits until this says no. Ticks go on.</summary>
    internal virtual bool HoldsBuild() => false;

    /// <summary>Which columns of a source are wanted.</summary>
    internal virtual WantedColumns Wanted(WantedColumns columns) => columns;

    /// <summary>Whether rows that were decoded without a column that is wanted now are read again.</summary>
    internal virtual bool ReadsAgain => true;

    /// <summary>Whether a tick's record names the views that memory has stopped.</summary>
    public virtual bool RecordsStops => true;

    /// <summary>Whether a view stopped for want of memory gives up what it holds.</summary>
    public virtual bool GivesBack => true;

    /// <summary>How many bytes a view is taken to hold when the greediest is looked for.</summary>
    public virtual long Measured(long bytes) => bytes;
}
