using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vectorized.Engine.Serving;
using Vectorized.Pgwire;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Http;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Serve;

/// <summary>
/// `vectorized serve`: opens the database, listens, says so in one line that scripts wait for, and ends in order when
/// told to stop: sessions first, then the database.
/// </summary>
internal sealed class ServeCommand(Func<ServeOptions, Host, ValueTask<IDatabase>> open)
{
    public async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (OptionTable<ServeOptions>.AsksForHelp(arguments))
        {
            await context.Output.WriteAsync(ServeOptions.Table.Help());
            return CommandDispatcher.Success;
        }

        var options = ServeOptions.Bind(arguments, context.Host.Files);
        var serverOptions = MakeServerOptions(options, context);
        CheckLoopback("--http", options.Http);
        await using var database = await open(options, context.Host);
        await using var server = Listen(database, serverOptions, context.Host);
        var metrics = new ServeMetrics(database, server, context.Host.Clock);
        await using var http = options.Http is { } endpoint ? await StartHttp(endpoint, metrics) : null;
        string pg = new ListenAddress(options.Listen.Host, server.Port).ToString();
        await context.Output.WriteLineAsync(
            $"listening pg={pg} http={http?.Address.ToString() ?? "off"} data={options.Data}");
        await context.Output.FlushAsync();
        await Task.WhenAny(WaitForStop(context.Stop), database.Death);
        if (!database.Death.IsCompleted)
        {
            await server.Stop();
            return CommandDispatcher.Success;
        }

        string reason = $"what is written can no longer be made durable: {(await database.Death).Message}";
        await context.Error.WriteLineAsync($"ending: {reason}");
        await server.Stop(reason);
        return CommandDispatcher.Failure;
    }

    private static async Task WaitForStop(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }

    private static PgServer Listen(IDatabase database, PgServerOptions options, Host host)
    {
        try
        {
            return PgServer.Start(database, options, host);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--listen: {e.Message}");
        }
    }

    private static async Task<HttpEndpoints> StartHttp(ListenAddress endpoint, ServeMetrics metrics) => await HttpEndpoints.Start(
        endpoint,
        new Dictionary<string, RequestDelegate>(StringComparer.Ordinal)
        {
            ["/health"] = context =>
            {
                context.Response.StatusCode = metrics.IsAlive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                return Answer(context, "application/json", metrics.Health());
            },
            ["/metrics"] = context => Answer(context, PrometheusText.ContentType, metrics.Metrics()),
        });

    private static Task Answer(HttpContext context, string type, string text)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    /// <summary>HTTP has no password: it stays on loopback.</summary>
    private static void CheckLoopback(string option, ListenAddress? endpoint)
    {
        if (endpoint is { } given && !IPAddress.IsLoopback(ParseAddress(option, given.Host)))
        {
            throw new UsageException($"{option} {given}: HTTP is served on loopback only, it has no password");
        }
    }

    private static IPAddress ParseAddress(string option, string host)
    {
        try
        {
            return PgServer.ParseAddress(host);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{option}: {e.Message}");
        }
    }

    private static PgServerOptions MakeServerOptions(ServeOptions options, CommandContext context)
    {
        var credentials = ReadPassword(options, context.Host);
        if (credentials is null && !IPAddress.IsLoopback(ParseAddress("--listen", options.Listen.Host)))
        {
            throw new UsageException(
                $"--listen {options.Listen} without a password would let anyone in: give --password-file FILE, or listen on 127.0.0.1");
        }

        return new PgServerOptions
        {
            Host = options.Listen.Host,
            Port = options.Listen.Port,
            Credentials = credentials,
            Certificate = ReadCertificate(options, context.Host.Files),
            ConnectionsMax = options.ConnectionsMax,
            InternalError = (e, doing) => context.Error.WriteLine($"internal error in {doing}: {e}"),
        };
    }

    private static SharedPassword? ReadPassword(ServeOptions options, Host host)
    {
        string? password = Environment.GetEnvironmentVariable(ServeOptions.PasswordVariable);
        if (options.PasswordFile is { } path)
        {
            try
            {
                password = Encoding.UTF8.GetString(host.Files.ReadAll(path)).Split('\n')[0].TrimEnd('\r');
            }
            catch (IOException e)
            {
                throw new UsageException($"--password-file {path}: {e.Message}");
            }
        }

        if (password is null)
        {
            return null;
        }

        if (password.Length == 0)
        {
            throw new UsageException("the password is empty");
        }

        byte[] salt = new byte[ScramVerifier.SaltBytes];
        host.Random.Fill(salt);
        return new SharedPassword(ScramVerifier.FromPassword(password, salt));
    }

    private static Func<X509Certificate2>? ReadCertificate(ServeOptions options, IFiles files)
    {
        if (options.TlsCertificate is not { } certificatePath)
        {
            return options.TlsKey is null ? null : throw new UsageException("--tls-key needs --tls-cert");
        }

        if (options.TlsKey is not { } keyPath)
        {
            throw new UsageException("--tls-cert needs --tls-key");
        }

        try
        {
            string certificatePem = Encoding.UTF8.GetString(files.ReadAll(certificatePath));
            string keyPem = Encoding.UTF8.GetString(files.ReadAll(keyPath));
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            return () => certificate;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException)
        {
            throw new UsageException($"--tls-cert {certificatePath}: {e.Message}");
        }
    }
}
