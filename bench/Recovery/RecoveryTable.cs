using Npgsql;

namespace Vectorized.Bench.Recovery;

/// <summary>
/// A table of about 90 bytes a row whose rows follow from their number, with two views over it: a group for each of 100,000
/// customers, and totals. What any state of n rows must answer is known.
/// </summary>
internal static class RecoveryTable
{
    internal const int Customers = 100_000;

    /// <summary>Rows of one INSERT while the table is filled.</summary>
    private const long FillRows = 250_000;

    internal static readonly string[] Definitions =
    [
        "CREATE TABLE t (id bigint PRIMARY KEY, customer int, amount bigint, placed timestamp, note varchar)",
        "CREATE MATERIALIZED VIEW by_customer AS SELECT customer, count(*) AS n, sum(amount) AS amount FROM t GROUP BY customer",
        "CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n, sum(amount) AS amount, max(amount) AS most FROM t",
    ];

    internal static void Fill(NpgsqlConnection connection, long rows)
    {
        for (long first = 0; first < rows; first += FillRows)
        {
            long last = Math.Min(first + FillRows, rows) - 1;
            Execute(connection, $"""
                INSERT INTO t SELECT i, (i % {Customers})::int, i % 1000, '2024-01-01'::timestamp + interval '1 second' * (i % 86400),
                    'the note of row ' || i || ' in full' FROM generate_series({first}::bigint, {last}::bigint) AS g(i)
                """);
        }
    }

    /// <summary>One INSERT of neighbouring rows as a client sends it.</summary>
    internal static string Insert(long first, int count) => "INSERT INTO t VALUES " + string.Join(
        ',', Enumerable.Range(0, count).Select(k =>
    {
        long i = first + k;
        return $"({i},{i % Customers},{i % 1000},'2024-01-01','{Note(i)}')";
    }));

    internal static string Note(long id) => $"the note of row {id} in full";

    /// <summary>Every row below a number is there and right, and both views agree with the whole table; gives its count of rows.</summary>
    internal static long Check(NpgsqlConnection connection, long below)
    {
        long[] first = Numbers(connection, $"SELECT count(*), sum(amount)::bigint, sum(id)::bigint FROM t WHERE id < {below}");
        long amount = (below / 1000 * 499_500) + (below % 1000 * ((below % 1000) - 1) / 2);
        Require(first, [below, amount, below * (below - 1) / 2]);
        long[] table = Numbers(connection, "SELECT count(*), sum(amount)::bigint, max(amount) FROM t");
        Require(Numbers(connection, "SELECT n, amount::bigint, most FROM totals"), table);
        Require(Numbers(connection, "SELECT sum(n)::bigint, sum(amount)::bigint FROM by_customer"), table[..2]);
        return table[0];
    }

    private static long[] Numbers(NpgsqlConnection connection, string query)
    {
        using var command = new NpgsqlCommand(query, connection);
        using var row = command.ExecuteReader();
        row.Read();
        return [.. Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToInt64(row.GetValue(i), null))];
    }

    private static void Require(long[] found, long[] expected)
    {
        if (!found.SequenceEqual(expected))
        {
            throw new InvalidOperationException($"found {string.Join(' ', found)}, expected {string.Join(' ', expected)}");
        }
    }

    internal static void LookUp(NpgsqlConnection connection, long id)
    {
        using var command = new NpgsqlCommand($"SELECT note FROM t WHERE id = {id}", connection);
        if (command.ExecuteScalar() as string != Note(id))
        {
            throw new InvalidOperationException($"row {id} is not what it was");
        }
    }

    internal static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }
}
