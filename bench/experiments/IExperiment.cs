namespace Vectorized.Bench.Experiments;

/// <summary>
/// A small program whose figure led to a decision (ARCHITECTURE.md, Experiments): `bench -- experiment NAME`. Add new ones to
/// <see cref="ExperimentList"/>.
/// </summary>
internal interface IExperiment
{
    string Name { get; }

    string Summary { get; }

    /// <summary>Runs and prints its figures; returns the process's exit code.</summary>
    int Run(TextWriter output);
}
