using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Writes a stream's rows as person.csv, auction.csv and bid.csv, so that another system can compute the answers.
/// </summary>
internal static class NexmarkExport
{
    internal static void Write(NexmarkBlocks input, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            string path = Path.Combine(directory, kind.ToString().ToLowerInvariant() + ".csv");
            using var csv = new CsvWriter(path, [.. NexmarkSchema.Of(kind).Select(column => column.Name)]);
            foreach (var block in input.Blocks)
            {
                csv.Batch(kind switch
                {
                    NexmarkKind.Person => block.People,
                    NexmarkKind.Auction => block.Auctions,
                    _ => block.Bids,
                });
            }
        }
    }
}
