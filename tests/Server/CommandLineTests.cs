using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Server;

public sealed class CommandLineTests
{
    [Fact]
    public void Serve_Defaults_AreTheDocumentedOnes()
    {
        var options = Bind();
        Assert.Equal("127.0.0.1:4566", options.Listen.ToString());
        Assert.Equal("127.0.0.1:5691", options.Http.ToString());
        Assert.Equal(Durability.Local, options.Durability);
    }

    [Fact]
    public void Serve_AllOptions_AreBound()
    {
        var options = Bind(
            "--data", "d", "--listen=[::1]:0", "--http", "off", "--workers", "3", "--memory", "1.5GiB", "--durability", "store",
            "--state", "s3://b/p", "--takeover");
        Assert.Equal(Durability.Store, options.Durability);
        Assert.Equal("s3://b/p", options.State);
        Assert.True(options.TakesOver);
        Assert.Equal("d", options.Data);
        Assert.Equal(new ListenAddress("::1", 0), options.Listen);
        Assert.Null(options.Http);
        Assert.Equal(3, options.Workers);
        Assert.Equal(3L << 29, options.MemoryBytes);
    }

    [Theory]
    [InlineData("unknown option --liste; did you mean --listen?", "--liste", "x")]
    [InlineData("--workers 0: a whole number from 1 to 64 is wanted", "--workers", "0")]
    [InlineData("--memory lots: a size is wanted", "--memory", "lots")]
    [InlineData("--listen 4566: HOST:PORT is wanted", "--listen", "4566")]
    [InlineData("--listen wants a value", "--listen")]
    [InlineData("unexpected argument \"x\"", "x")]
    [InlineData("--durability disk: local or store is wanted", "--durability", "disk")]
    public void Serve_WrongArguments_SayWhatIsWanted(string message, params string[] arguments) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => Bind(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Serve_ConfigFile_IsOverruledByArguments()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "# a comment\nworkers = 7\ndata = \"from file\"\n");
        try
        {
            var options = Bind("--config", path, "--workers", "2");
            Assert.Equal(2, options.Workers);
            Assert.Equal("from file", options.Data);
            File.WriteAllText(path, "nonsense");
            Assert.Contains("line 1", Assert.Throws<UsageException>(() => Bind("--config", path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Help_EveryOption_IsThere()
    {
        string help = ServeOptions.Table.Help();
        foreach (var option in ServeOptions.Table.Options)
        {
            Assert.Contains($"--{option.Name}", help);
        }
    }

    private static ServeOptions Bind(params string[] arguments) => ServeOptions.Bind(arguments, Host.System.Files);
}
