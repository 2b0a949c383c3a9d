namespace Vectorized.Bench.Report;

/// <summary>
/// Nexmark events a second a core as published. What "a core" is differs: processor time with the generator's, cores in use, or worker
/// threads beside which generators run. Many of Feldera's and DBSP's queries without state are limited by their generators.
/// </summary>
internal static class PublishedNexmark
{
    private const double Thousand = 1e3;
    private const double None = double.NaN;

    internal static IReadOnlyList<PublishedSource> All { get; } =
    [
        new("Flink 1.x, CPU", "3 workers of 8 cores, RocksDB", "nexmark/nexmark, GUIDE_V1.md", PublishedSource.ByQuery(
            0, Thousand,
            155, 158, 175, 152, 34, 22, None, 12, 146, 14, 58, 40, 76, 131, 161, 72, 19, 117, 54, 44, 19, 98, 130)),
        new("Flink 2.0, cores in use", "as the guide's cluster", "nexmark/nexmark, GUIDE_V2.md", PublishedSource.ByQuery(
            0, Thousand,
            378, 395, 414, 219, 28, 75, None, 23, 162, 14, 133, 46, 194, 188, 259, 168, 45, 161, 65, 43, 18, 147, 211)),
        new("Flink by Feldera, 16 workers", "not named, 16 cores and more", "feldera/feldera, benchmark/README.md", PublishedSource.ByQuery(
            0, Thousand,
            165, 163, 195, 127, 31, 41, None, 18, 131, 13, None, 34, 125, 98, 137, 57, 15, 107, 32, 63, 17, 77, 95)),
        new("Feldera, 16 workers", "not named; 16 generator threads beside the workers", "feldera/feldera, benchmark/README.md",
            PublishedSource.ByQuery(
                0, Thousand,
                436, 412, 422, 413, 265, 412, 250, 196, 415, 57, None, None, 418, 230, 429, 221, 51, 242, 85, 75, 85, 415, 394)),
        new("DBSP 2022, 8 workers", "m5ad.4xlarge, EPYC 7571 2.5 GHz; 6 generator threads beside the workers",
            "absoludity/nexmark-flink-dbsp-configuration, README.md", PublishedSource.ByQuery(
                0, Thousand,
                573, 568, 571, 580, 460, 572, 452, 318, 557, 106, None, None, 524, 291, 583, 395, 137, 316, 173, 175, 232, 518, 575)),
        new("DBSP 2022, CPU", "m5ad.4xlarge, EPYC 7571 2.5 GHz", "absoludity/nexmark-flink-dbsp-configuration, README.md",
            PublishedSource.ByQuery(
                0, Thousand,
                439, 396, 432, 423, 322, 420, 310, 344, 415, 168, None, None, 389, 264, 408, 305, 133, 227, 224, 179, 240, 391, 393)),
        new("DBSP, 8 workers, faster core", "i7-12700H", "vmware-archive/database-stream-processor, pull request 198",
            PublishedSource.ByQuery(0, Thousand, 1173, 1093, 1094, 1008, 811)),
        new("RisingWave, barriers of 10 s", "8 cores, compute node of its CI testbed", "risingwavelabs/risingwave, issues 7351 and 15251",
            PublishedSource.ByQuery(15, Thousand, 68, 16)),
        new("Hazelcast Jet, per vCPU", "45 c5.4xlarge, 720 vCPU; 10,000 keys", "hazelcast.com, billion events per second",
            PublishedSource.ByQuery(5, Thousand, 1390)),
    ];

    internal const string Missing = "Materialize and Arroyo publish no figures by query that could be found.";
}
