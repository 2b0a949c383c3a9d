using System.Globalization;
using Npgsql;
using Vectorized.Tests.Consistency;
using Vectorized.Tests.Server;
using Xunit.Abstractions;

namespace Vectorized.Tests.Subscriptions;

/// <summary>
/// COPY (SUBSCRIBE TO ...) TO STDOUT from the real server through Npgsql while INSERTs flow (rule E7 of the consistency test): what a client
/// has applied at a progress mark is the relation at one epoch, also for a client that goes away and comes back again and again.
/// </summary>
public sealed class SubscribeWireTests(ITestOutputHelper output)
{
    private const int Rows = 20_000;

    [Fact]
    public async Task Subscriptions_DuringInserts_DeliverWholeEpochs()
    {
        await using var server = await ServerProcess.Start();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var input = new Consistency.Transactions(Rows);
        await Execute(source, ConsistencyReads.Table + ConsistencyReads.Views);
        var total = new Follower(source, "total_full");
        var joined = new Follower(source, "outer_join");
        var balances = new Follower(source, "balance_full") { AtMark = copy => Assert.Equal(0, copy.Sum(row => row.Value * Balance(row.Key))) };
        var broken = new Follower(source, "balance_full") { AtMark = balances.AtMark, BreaksAfterMarks = 20 };
        Follower[] followers = [total, joined, balances, broken];
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var readers = followers.Select(f => Task.Run(() => f.Run(stop.Token))).ToList();
        for (int at = 0; at < Rows; at += 100)
        {
            await Execute(source, Insert(input, at, 100));
        }

        // The mark behind the last change; all get that far.
        await Until(() => joined.Events == Rows);
        long marks = joined.Marks;
        await Until(() => joined.Marks > marks);
        long last = joined.Marked;
        await Until(() => followers.All(f => f.Marked >= last));
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        output.WriteLine(string.Join('\n', followers.Select(f => $"{f.Relation}: {f.Events} changes, {f.Marks} marks, {f.Breaks} breaks")));

        Assert.Equal(1, total.Events);
        Assert.Equal(["0"], total.Copy.Keys);
        Assert.Equal(Rows, joined.Events);
        Assert.Equal(0, joined.Deletes);
        Assert.True(broken.Breaks > 0, "nobody went away");
        var expected = Enumerable.Range(0, 10).ToDictionary(a => string.Create(CultureInfo.InvariantCulture, $"{a}\t{input.Balance(Rows, a)}"), _ => 1L);
        Assert.Equal(expected.OrderBy(row => row.Key), balances.Copy.OrderBy(row => row.Key));
        Assert.Equal(expected.OrderBy(row => row.Key), broken.Copy.OrderBy(row => row.Key));

        async Task Until(Func<bool> isSo)
        {
            while (!isSo())
            {
                if (readers.Find(r => r.IsCompleted) is { } ended)
                {
                    await ended;
                }

                await Task.Delay(20, stop.Token);
            }
        }
    }

    private static long Balance(string row) => long.Parse(row.Split('\t')[1], CultureInfo.InvariantCulture);

    private static string Insert(Consistency.Transactions input, int at, int count) =>
        "INSERT INTO tx VALUES " + string.Join(',', Enumerable.Range(at, count).Select(offset =>
        {
            var t = input.InOrder[offset];
            return string.Create(CultureInfo.InvariantCulture, $"({t.Id},{t.From},{t.To},1,'{t.Timestamp}',0,{offset})");
        }));

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// A client that keeps a copy of a relation: it applies what comes up to a mark at once. With <see cref="BreaksAfterMarks"/> it gives
    /// up after so many marks, with what it has half read, and comes back for what follows the last one.
    /// </summary>
    private sealed class Follower(NpgsqlDataSource source, string relation)
    {
        private readonly List<(string Row, long Diff)> _batch = [];
        private long _marked;

        internal string Relation => relation;

        internal int BreaksAfterMarks { get; init; } = int.MaxValue;

        internal Action<IReadOnlyDictionary<string, long>> AtMark { get; init; } = _ => { };

        /// <summary>Rows and how many there are of each, as of <see cref="Marked"/>. Of the reading thread, read by others once it stands still.</summary>
        internal Dictionary<string, long> Copy { get; } = new(StringComparer.Ordinal);

        internal long Marked => Volatile.Read(ref _marked);

        internal long Events { get; private set; }

        internal long Deletes { get; private set; }

        internal long Marks { get; private set; }

        internal int Breaks { get; private set; }

        internal async Task Run(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await ReadUntilItBreaks(stop);
            }
        }

        private async Task ReadUntilItBreaks(CancellationToken stop)
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
            string place = Marks == 0 ? "" : $" AS OF {Marked}";
            using var lines = await connection.BeginTextExportAsync(
                $"COPY (SUBSCRIBE TO {relation}{place} WITH (progress_ms = 10, retain_ms = 60000)) TO STDOUT", CancellationToken.None);
            _batch.Clear();
            for (int marks = 0; ;)
            {
                string line = await lines.ReadLineAsync(CancellationToken.None) ?? throw new InvalidOperationException("the subscription ended");
                string[] parts = line.Split('\t', 4);
                if (parts[1] != "t")
                {
                    _batch.Add((parts[3], long.Parse(parts[2], CultureInfo.InvariantCulture)));
                    continue;
                }

                Apply();
                AtMark(Copy);
                Marks++;
                Volatile.Write(ref _marked, long.Parse(parts[0], CultureInfo.InvariantCulture));
                if (stop.IsCancellationRequested || ++marks >= BreaksAfterMarks)
                {
                    Breaks += stop.IsCancellationRequested ? 0 : 1;
                    await ((NpgsqlCopyTextReader)lines).CancelAsync();
                    return;
                }
            }
        }

        private void Apply()
        {
            foreach (var (row, diff) in _batch)
            {
                Events++;
                Deletes += diff < 0 ? 1 : 0;
                Copy[row] = Copy.GetValueOrDefault(row) + diff;
                if (Copy[row] == 0)
                {
                    Copy.Remove(row);
                }
            }

            _batch.Clear();
        }
    }
}
