namespace Vectorized.Engine.Dataflow;

/// <summary>
/// A view (or sink) stopped because the machine had no memory for it: decided from outside the dataflow, so the tick's record says so.
/// It takes nothing of that step of the tick; executed again, it stops there whatever memory there is then.
/// </summary>
/// <param name="ViewId">The view.</param>
/// <param name="Step">0: the tick's own rows; then one for each delivery of a sink within the tick.</param>
/// <param name="Reason">Why, for people.</param>
internal readonly record struct ViewStop(int ViewId, int Step, string Reason);
