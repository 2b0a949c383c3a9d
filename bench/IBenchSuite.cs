namespace Vectorized.Bench;

/// <summary>
/// One bench suite: `bench -- NAME [options]` runs it and prints its table. Add new ones to <see cref="Suites"/>.
/// </summary>
internal interface IBenchSuite
{
    string Name { get; }

    /// <summary>One line for the overview, options included.</summary>
    string Summary { get; }

    /// <summary>The options it understands besides those of every suite.</summary>
    IReadOnlyList<string> Options { get; }

    BenchTable Run(BenchArguments arguments);
}
