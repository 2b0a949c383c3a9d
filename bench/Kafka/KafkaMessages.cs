using System.Data.Common;
using System.Globalization;
using System.Text;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Kafka;

/// <summary>
/// Orders as JSON, about 200 bytes and 10 columns each, drawn from a seed; what a view over all columns must hold of them is
/// summed up while they are produced.
/// </summary>
internal sealed class KafkaMessages
{
    internal const string Columns = "id bigint, customer int, shop varchar, item varchar, price double precision, amount int, "
        + "discount real, paid boolean, note varchar, ordered timestamp";

    private const int ShopCount = 20;
    private static readonly DateTime _first = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly Shop[] _shops = new Shop[ShopCount];

    internal int Count { get; private set; }

    internal long Bytes { get; private set; }

    internal static string Query(string source) =>
        "SELECT shop, count(*) AS n, sum(id) AS ids, max(customer) AS customer, count(DISTINCT item) AS items, sum(price) AS price, "
        + "sum(amount) AS amount, max(discount) AS discount, count(*) FILTER (WHERE paid) AS paid, max(note) AS note, "
        + $"max(ordered) AS ordered FROM {source} GROUP BY shop";

    internal static KafkaMessages Produce(MockKafka kafka, string topic, int partitions, int count)
    {
        var messages = new KafkaMessages();
        var random = new SeededRandom((ulong)count);
        for (int i = 0; i < messages._shops.Length; i++)
        {
            messages._shops[i] = new Shop();
        }

        var text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            kafka.Produce(topic, i % partitions, messages.Next(i, random, text));
        }

        kafka.Flush();
        return messages;
    }

    /// <summary>Throws unless the view's rows, by shop, are what was produced.</summary>
    internal void Compare(DbDataReader rows)
    {
        for (int number = 0; number < ShopCount; number++)
        {
            string name = Name(number);
            var shop = _shops[number];
            if (shop.Count == 0)
            {
                continue;
            }

            if (!rows.Read())
            {
                throw new InvalidOperationException($"the view lacks {name}");
            }

            object[] expected =
            [
                name, shop.Count, shop.Ids, shop.Customer, (long)shop.Items.Count, shop.Price, shop.Amount, shop.Discount, shop.Paid,
                shop.Note, shop.Ordered,
            ];
            for (int i = 0; i < expected.Length; i++)
            {
                object actual = rows.GetValue(i);
                bool same = expected[i] is double price
                    ? Math.Abs(price - (double)actual) <= 1e-9 * price
                    : Convert.ToString(expected[i], CultureInfo.InvariantCulture) == Convert.ToString(actual, CultureInfo.InvariantCulture);
                if (!same)
                {
                    throw new InvalidOperationException($"{name}: {rows.GetName(i)} is {actual}, {expected[i]} was produced");
                }
            }
        }

        if (rows.Read())
        {
            throw new InvalidOperationException($"the view has {rows.GetValue(0)}, which was not produced");
        }
    }

    private static string Name(int shop) => $"shop{shop:00}";

    private string Next(int id, SeededRandom random, StringBuilder text)
    {
        ulong drawn = random.NextUInt64();
        int number = (int)(drawn % ShopCount);
        int customer = (int)(drawn >> 8 & 0xFFFF);
        int item = (int)(drawn >> 24 & 0x3FF);
        double price = (drawn >> 34 & 0xFFFF) / 100.0;
        int amount = 1 + (int)(drawn >> 50 & 7);
        float discount = (drawn >> 53 & 7) / 8f;
        bool paid = (drawn >> 56 & 1) == 0;
        string note = $"gift wrapped, leave it with the neighbours {drawn >> 57:000}";
        var ordered = _first.AddMilliseconds(id);
        string message = text.Clear()
            .Append(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"customer\":{customer},\"shop\":\"{Name(number)}\",")
            .Append(CultureInfo.InvariantCulture, $"\"item\":\"item{item:0000}\",\"price\":{price},\"amount\":{amount},")
            .Append(CultureInfo.InvariantCulture, $"\"discount\":{discount},\"paid\":{(paid ? "true" : "false")},")
            .Append(CultureInfo.InvariantCulture, $"\"note\":\"{note}\",\"ordered\":\"{ordered:yyyy-MM-dd HH:mm:ss.fff}\"}}")
            .ToString();
        var shop = _shops[number];
        shop.Count++;
        shop.Ids += id;
        shop.Customer = Math.Max(shop.Customer, customer);
        shop.Items.Add(item);
        shop.Price += price;
        shop.Amount += amount;
        shop.Discount = Math.Max(shop.Discount, discount);
        shop.Paid += paid ? 1 : 0;
        shop.Note = string.CompareOrdinal(note, shop.Note) > 0 ? note : shop.Note;
        shop.Ordered = ordered > shop.Ordered ? ordered : shop.Ordered;
        Count++;
        Bytes += message.Length;
        return message;
    }

    private sealed class Shop
    {
        internal long Count { get; set; }

        internal long Ids { get; set; }

        internal int Customer { get; set; }

        internal HashSet<int> Items { get; } = [];

        internal double Price { get; set; }

        internal long Amount { get; set; }

        internal float Discount { get; set; }

        internal long Paid { get; set; }

        internal string Note { get; set; } = "";

        internal DateTime Ordered { get; set; }
    }
}
