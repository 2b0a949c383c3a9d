using Vectorized.Engine.Serving;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Observed;

/// <summary>/metrics and /health of a serving database: well-formed, and they move with what is done.</summary>
[Collection("alone")]
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_OfADatabaseInUse_MoveWithWhatIsDone()
    {
        await using var observed = new ObservedDatabase();
        await Serving(observed, async http =>
        {
            await observed.Execute(
                "CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW \"the \"\"v\" WITH (on_error = 'fail') AS SELECT 1 / a AS a FROM t",
                ObservedDatabase.CreateSource, "CREATE MATERIALIZED VIEW w AS SELECT a FROM s");
            const string View = """{schema="public",view="the \"v"}""";
            const string Source = """{schema="public",source="s"}""";
            var before = Exposition.Parse(await http.GetStringAsync("/metrics"));
            Assert.Equal(0, before["vectorized_view_rows" + View]);
            Assert.Equal(0, before["vectorized_source_rows_total" + Source]);
            Assert.Equal(0, before["vectorized_view_suspended" + View]);
            await observed.Execute("INSERT INTO t VALUES (1), (2), (3)");
            observed.Source.Give(1);
            observed.Source.Lag = 5;
            Assert.Equal("1", await observed.Until("SELECT count(*) FROM w", "1"));
            var after = Exposition.Parse(await http.GetStringAsync("/metrics"));
            Assert.Equal(3, after["vectorized_view_rows" + View]);
            Assert.Equal(1, after["vectorized_source_rows_total" + Source]);
            Assert.Equal(5, after["vectorized_source_lag" + Source]);
            Assert.True(after["vectorized_view_state_bytes" + View] > 0);
            Assert.True(after["vectorized_view_epoch" + View] > before["vectorized_view_epoch" + View]);
            Assert.True(after["vectorized_tick_seconds_count"] >= before["vectorized_tick_seconds_count"] + 2);
            Assert.True(after["vectorized_tick_rows_total"] >= before["vectorized_tick_rows_total"] + 4);
            Assert.Equal(0, after["vectorized_log_sync_seconds_count"]);
            Assert.Contains("\"status\":\"ok\"", await http.GetStringAsync("/health"));
            await observed.Execute("INSERT INTO t VALUES (0)");
            Assert.Equal(1, Exposition.Parse(await http.GetStringAsync("/metrics"))["vectorized_view_suspended" + View]);
            Assert.Contains("\"status\":\"degraded\"", await http.GetStringAsync("/health"));
        });
    }

    private static async Task Serving(ObservedDatabase observed, Func<HttpClient, Task> body)
    {
        using var stop = new CancellationTokenSource();
        var output = new FirstLineWriter();
        var command = new ServeCommand((_, _) => new ValueTask<IDatabase>(observed.Database));
        var serving = command.Run(
            ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", "nowhere"],
            new CommandContext(output, TextWriter.Null, Host.System, stop.Token));
        string line = await output.First.WaitAsync(TimeSpan.FromSeconds(60));
        using (var http = new HttpClient { BaseAddress = new Uri("http://" + line.Split(' ')[2]["http=".Length..]) })
        {
            await body(http);
        }

        observed.Release();
        await stop.CancelAsync();
        Assert.Equal(0, await serving);
    }

    private sealed class FirstLineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public override Task WriteLineAsync(string? value)
        {
            _first.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
