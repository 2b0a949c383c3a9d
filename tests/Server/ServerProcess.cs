using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Vectorized.Tests.Server;

/// <summary>The built server as a process of its own, on ports of the system's choice, with a data directory of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _environment;
    private readonly string _directory;
    private readonly string[] _options;

    private ServerProcess(
        Process process, IReadOnlyList<KeyValuePair<string, string>> environment, string directory, string[] options, string host, int port)
    {
        _process = process;
        _environment = environment;
        _directory = directory;
        _options = options;
        Host = host;
        Port = port;
    }

    internal string Host { get; }

    internal int Port { get; }

    internal int Id => _process.Id;

    internal string DataDirectory => _directory;

    internal string ConnectionString => $"Host={Host};Port={Port};Database=dev;Username=root;SSL Mode=Disable;Timeout=30";

    internal static Task<ServerProcess> Start(params string[] options) => StartWith([], options);

    internal static Task<ServerProcess> StartWith(
        IReadOnlyList<KeyValuePair<string, string>> environment, params string[] options) =>
        Start(environment, Directory.CreateTempSubdirectory("vectorized-test-").FullName, options);

    /// <summary>Ends this one at once (SIGKILL) and starts another over its data directory.</summary>
    internal async Task<ServerProcess> KillAndStartAgain()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        return await Start(_environment, _directory, _options);
    }

    private static async Task<ServerProcess> Start(
        IReadOnlyList<KeyValuePair<string, string>> environment, string directory, string[] options)
    {
        var start = new ProcessStartInfo(Executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["serve", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", directory, .. options];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the server did not start");
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var match = Regex.Match(line, @"^listening pg=([^ ]+):(\d+) http=[^ ]+ data=.+$");
            if (match.Success)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServerProcess(process, environment, directory, options, match.Groups[1].Value, int.Parse(match.Groups[2].Value));
            }
        }

        throw new InvalidOperationException($"the server ended without listening: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The server built in the same configuration as this test.</summary>
    internal static string Executable
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            string configuration = output.Parent!.Name;
            string root = output.Parent.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "server", "bin", configuration, output.Name, "vectorized");
        }
    }
}
