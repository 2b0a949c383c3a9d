using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Errors;
using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Mutants;
using Vectorized.Fuzz.Plans;
using Vectorized.Fuzz.Timed;
using Vectorized.Fuzz.Views;
using Vectorized.Tests.Slt;

namespace Vectorized.Tests.Fuzz;

/// <summary>A short slice of each fuzzer from fixed seeds, and that the fuzzers themselves work. Long runs: ./fuzz.sh.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Generator_ManySchemas_ReachesEveryProduction()
    {
        var coverage = new Coverage(Features.Landed);
        for (ulong seed = 1; seed <= 160; seed++)
        {
            var dice = new Dice(seed);
            var features = FeatureDraw.Draw(dice);
            var tables = new SchemaMaker(dice, features).Tables("g");
            var queries = new QueryMaker(dice, features, [.. tables.Select(Relation.Of)]);
            for (int i = 0; i < 60; i++)
            {
                coverage.Add(queries.Make().Productions);
            }
        }

        Assert.Empty(coverage.Missing);
    }

    [Fact]
    public void Generator_OneSeed_MakesTheSameCase() => Assert.Equal(new HistoryMaker(7).Make(), new HistoryMaker(7).Make());

    [PostgresFact]
    public void Plans_FixedSeeds_AgreeWithPostgres()
    {
        using var server = new PostgresServer();
        using var postgres = new PostgresWire(server.Socket);
        var output = new StringWriter();
        var run = new PlansRun(postgres, new DatabaseOptions(), new PlansLimits(600, 1_200, 1, false, Shrinks: true), output);
        run.Go(20_261_129);
        Assert.True(run.Report.Findings == 0, output.ToString());
    }

    [Fact]
    public void Views_FixedSeeds_EqualTheirQueriesAtEveryEpoch()
    {
        var output = new StringWriter();
        var run = new ViewsRun(null, new DatabaseOptions(), output);
        run.Go(20_261_129, 600, 60, 1);
        Assert.True(run.Report.Findings == 0, output.ToString());
    }

    [Fact]
    public void Errors_FixedSeeds_ViewsAndReportsAreAsComputed()
    {
        var output = new StringWriter();
        var run = new ErrorsRun(new DatabaseOptions(), output);
        run.Go(20_261_129, 600, 25, 1);
        Assert.True(run.Findings == 0, output.ToString());
    }

    [Theory]
    [InlineData("errors: the report of a mended row stays")]
    [InlineData("errors: a report is made once for equal rows")]
    [InlineData("errors: a failing row is left out, not NULL")]
    [InlineData("errors: a failing row is NULL, not left out")]
    public void Errors_PlantedBug_IsCaught(string name)
    {
        var mutant = MutantList.All.Single(m => m.Name == name);
        var run = new ErrorsRun(new DatabaseOptions { Hook = mutant }, TextWriter.Null);
        run.Go(1, 600, 400, 1);
        Assert.Equal(1, run.Findings);
    }

    [Fact]
    public void Time_FixedSeeds_ViewsAreAsComputed()
    {
        var output = new StringWriter();
        var run = new TimeRun(new DatabaseOptions(), output);
        run.Go(20_261_129, 600, 40, 1);
        Assert.True(run.Findings == 0, output.ToString());
    }

    [Theory]
    [InlineData("window close: a minute too early")]
    [InlineData("window close: a minute too late")]
    [InlineData("window close: one row ahead too few")]
    [InlineData("temporal filter: what has had its time stays")]
    [InlineData("temporal filter: a row that is deleted comes back")]
    public void Time_PlantedBug_IsCaught(string name)
    {
        var mutant = MutantList.All.Single(m => m.Name == name);
        var run = new TimeRun(new DatabaseOptions { Hook = mutant }, TextWriter.Null);
        run.Go(1, 600, 400, 1);
        Assert.Equal(1, run.Findings);
    }

    /// <summary>A stale index deceives a view and its query alike: only PostgreSQL, where it is installed, tells.</summary>
    public static TheoryData<string> Mutants() => new(
        MutantList.All.Where(m => m is { InQueries: false, InReports: false, InTime: false })
            .Where(m => !m.AtIndex || new PostgresFactAttribute().Skip is null)
            .Select(m => m.Name));

    [Theory]
    [Trait("Length", "long")]
    [MemberData(nameof(Mutants))]
    public void Views_EveryPlantedBug_IsCaught(string name)
    {
        var mutant = MutantList.All.Single(m => m.Name == name);
        using var server = mutant.AtIndex ? new PostgresServer() : null;
        using var postgres = server is null ? null : new PostgresWire(server.Socket);
        var run = new ViewsRun(postgres, new DatabaseOptions { Hook = mutant }, TextWriter.Null) { Shrinks = false };
        run.Go(1, 600, 1_500, 1);
        Assert.Equal(1, run.Report.Findings);
    }

    [Theory]
    [InlineData("join: residual forgotten")]
    [InlineData("aggregate: a retraction is lost")]
    [InlineData("top-n: one row too many")]
    [InlineData("backfill: a row twice")]
    public async Task Views_PlantedBug_IsCaughtAndItsCaseIsRunnable(string name)
    {
        var mutant = MutantList.All.Single(m => m.Name == name);
        var output = new StringWriter();
        var run = new ViewsRun(null, new DatabaseOptions { Hook = mutant }, output);
        run.Go(1, 600, 100, 1);
        Assert.Equal(1, run.Report.Findings);

        // The printed case holds without the bug: what it expects is the query's own answer.
        string path = Path.GetTempFileName();
        string text = output.ToString();
        await File.WriteAllTextAsync(path, text[text.IndexOf("# fuzz views", StringComparison.Ordinal)..]);
        await using var database = TestDatabase.Open();
        using var runner = new SltRunner(database);
        await runner.Run(SltFile.Read(path), path);
        File.Delete(path);
        Assert.Empty(runner.Differences);
    }
}
