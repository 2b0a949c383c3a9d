using Vectorized.Fuzz.Errors;
using Vectorized.Fuzz.Plans;
using Vectorized.Fuzz.Simulation;
using Vectorized.Fuzz.Timed;
using Vectorized.Fuzz.Views;

namespace Vectorized.Fuzz;

/// <summary>Something to fuzz.</summary>
internal interface ITarget
{
    string Name { get; }

    string Summary { get; }

    IReadOnlyList<string> Options { get; }

    /// <summary>Runs until its time is over; false when something was found or the generator has a hole.</summary>
    bool Run(FuzzArguments arguments, TextWriter output);
}

/// <summary>All targets.</summary>
internal static class Targets
{
    internal static readonly IReadOnlyList<ITarget> All =
        [new PlansTarget(), new ViewsTarget(), new ErrorsTarget(), new TimeTarget(), new SimulateTarget()];
}
