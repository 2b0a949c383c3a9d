using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Vectorized.Tests.Server;
using Xunit.Abstractions;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// System calls of the real server under inserts, as strace sees them: between a statement's arrival and its answer a sync of the
/// log has returned. One client, so that each statement is a group of its own.
/// </summary>
public sealed partial class SyncBeforeAnswerTests(ITestOutputHelper output)
{
    private const int Statements = 40;

    [StraceFact]
    public async Task Answers_ToInserts_ComeAfterASyncReturned()
    {
        string trace = Path.GetTempFileName();
        await using var server = await ServerProcess.Start();
        using var strace = Process.Start(new ProcessStartInfo(
            "strace",
            ["-f", "-yy", "-e", "trace=fsync,fdatasync,sendto,sendmsg,recvfrom,recvmsg,read,write", "-s", "48", "-o", trace, "-p",
                server.Id.ToString(CultureInfo.InvariantCulture)])
        { RedirectStandardError = true })!;
        try
        {
            await strace.StandardError.ReadLineAsync();
            await using var connection = new NpgsqlConnection(
                server.ConnectionString + ";Pooling=false;Server Compatibility Mode=NoTypeLoading");
            await connection.OpenAsync();
            await Execute(connection, "CREATE TABLE t (id int PRIMARY KEY)");
            for (int i = 0; i < Statements; i++)
            {
                await Execute(connection, $"INSERT INTO t VALUES ({i})");
            }
        }
        finally
        {
            using var stop = Process.Start("kill", ["-INT", strace.Id.ToString(CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            await strace.WaitForExitAsync();
        }

        var (answers, syncs) = Judge(await File.ReadAllLinesAsync(trace));
        File.Delete(trace);
        output.WriteLine($"{answers} answers, {syncs} syncs that returned before them");
        Assert.Equal(Statements, answers);
        Assert.InRange(syncs, Statements, int.MaxValue);
    }

    /// <summary>The judgement itself: an answer without a sync since its statement is found.</summary>
    [Fact]
    public void Judge_AnswerBeforeItsSync_Fails()
    {
        string[] good =
        [
            """10 recvfrom(30<TCP>, "Q\0\0\0\34INSERT INTO t VALUES (1)", 100, 0) = 29""",
            """11 fdatasync(20</d/log/1.log> <unfinished ...>""",
            """11 <... fdatasync resumed>) = 0""",
            """10 sendto(30<TCP>, "C\0\0\0\17INSERT 0 1\0Z", 20, 0) = 20""",
        ];
        Assert.Equal((1, 1), Judge(good));
        string[] early = [good[0], good[1], good[3], good[2]];
        Assert.Throws<InvalidOperationException>(() => Judge(early));
        Assert.Throws<InvalidOperationException>(() => Judge([good[0], good[3]]));
    }

    /// <summary>Counts answers to INSERTs and syncs that returned; throws where an answer had none since the statement came.</summary>
    private static (int Answers, int Syncs) Judge(IEnumerable<string> lines)
    {
        int answers = 0;
        int syncs = 0;
        bool isWaiting = false;
        bool isSynced = false;
        foreach (string line in lines)
        {
            if (line.Contains("INSERT INTO", StringComparison.Ordinal))
            {
                isWaiting = true;
                isSynced = false;
            }
            else if (ReturnedSync().IsMatch(line))
            {
                syncs++;
                isSynced = true;
            }
            else if (line.Contains("INSERT 0 1", StringComparison.Ordinal))
            {
                if (isWaiting && !isSynced)
                {
                    throw new InvalidOperationException($"answered before a sync returned: {line}");
                }

                answers++;
                isWaiting = false;
            }
        }

        return (answers, syncs);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"f(data)?sync(\(| resumed).*= 0$")]
    private static partial Regex ReturnedSync();

    /// <summary>Skipped by name where strace is missing or may not trace.</summary>
    private sealed class StraceFactAttribute : FactAttribute
    {
        public StraceFactAttribute() => Skip = Missing;

        private static string? Missing { get; } = File.Exists("/usr/bin/strace")
            ? null : "strace is not installed; tests/services/install.sh gets it from Debian's packages";
    }
}
