namespace Vectorized.Bench.Report;

/// <summary>TPC-H queries maintained while tuples stream in, tuples a second on one thread, as published.</summary>
internal static class PublishedTpch
{
    private const double Million = 1e6;

    internal static IReadOnlyList<PublishedSource> All { get; } =
    [
        new("Differential dataflow", "a laptop, one thread, scale 1, batches of 1,000",
            "TimelyDataflow/differential-dataflow, tpchlike (2018)",
            PublishedSource.ByQuery(
                1, Million,
                4.02, 2.17, 5.12, 4.01, 2.99, 21.5, 2.95, 1.89, 1.21, 4.00, 0.07, 8.99, 0.83, 9.98, 3.66, 2.27, 1.74, 0.83, 13.1, 5.51,
                1.00, 0.25)),
        new("DBToaster", "one thread, scale 10 (SIGMOD 2016)", "as quoted by TimelyDataflow/differential-dataflow, tpchlike (2018)",
            PublishedSource.ByQuery(
                1, Million,
                1.27, 0.76, 3.74, 10.1, 0.58, 138, 0.65, 0.09, 0.10, 2.89, 768e-6, 8.68, 0.78, 33.0, 17e-6, 0.12, 0.38, 1.13, 1.95, 0.001,
                0.84, 189e-6)),
    ];
}
