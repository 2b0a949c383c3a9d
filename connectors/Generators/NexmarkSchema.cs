using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// The columns of the three Nexmark tables, named as RisingWave's connector and Nexmark's own DDL name them.
/// </summary>
public static class NexmarkSchema
{
    public static IReadOnlyList<(string Name, SqlType Type)> Person { get; } =
    [
        ("id", SqlType.Int64),
        ("name", SqlType.Varchar),
        ("email_address", SqlType.Varchar),
        ("credit_card", SqlType.Varchar),
        ("city", SqlType.Varchar),
        ("state", SqlType.Varchar),
        ("date_time", SqlType.Timestamp),
        ("extra", SqlType.Varchar),
    ];

    public static IReadOnlyList<(string Name, SqlType Type)> Auction { get; } =
    [
        ("id", SqlType.Int64),
        ("item_name", SqlType.Varchar),
        ("description", SqlType.Varchar),
        ("initial_bid", SqlType.Int64),
        ("reserve", SqlType.Int64),
        ("date_time", SqlType.Timestamp),
        ("expires", SqlType.Timestamp),
        ("seller", SqlType.Int64),
        ("category", SqlType.Int64),
        ("extra", SqlType.Varchar),
    ];

    public static IReadOnlyList<(string Name, SqlType Type)> Bid { get; } =
    [
        ("auction", SqlType.Int64),
        ("bidder", SqlType.Int64),
        ("price", SqlType.Int64),
        ("channel", SqlType.Varchar),
        ("url", SqlType.Varchar),
        ("date_time", SqlType.Timestamp),
        ("extra", SqlType.Varchar),
    ];

    public static IReadOnlyList<(string Name, SqlType Type)> Of(NexmarkKind kind) => kind switch
    {
        NexmarkKind.Person => Person,
        NexmarkKind.Auction => Auction,
        _ => Bid,
    };
}
