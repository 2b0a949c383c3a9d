using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vectorized.Pgwire;
using Vectorized.Server.CommandLine;

namespace Vectorized.Server.Http;

/// <summary>
/// The HTTP side of a server: fixed paths, each a delegate. Starts listening at once; ends at disposal. Knows nothing
/// of what it serves.
/// </summary>
internal sealed class HttpEndpoints : IAsyncDisposable
{
    private const long BodyBytesMax = 1 << 20;

    private readonly WebApplication _application;

    private HttpEndpoints(WebApplication application, ListenAddress address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>What is bound, with the port the system gave.</summary>
    public ListenAddress Address { get; }

    public static async Task<HttpEndpoints> Start(ListenAddress endpoint, IReadOnlyDictionary<string, RequestDelegate> paths)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The process ends by its own signals; the web host must not take them.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Listen(PgServer.ParseAddress(endpoint.Host), endpoint.Port);
        });
        var application = builder.Build();
        application.Run(context => paths.TryGetValue(context.Request.Path.Value ?? "", out var handler)
            ? handler(context)
            : NotFound(context, paths));
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        int port = new Uri(addresses!.Addresses.First()).Port;
        return new HttpEndpoints(application, endpoint with { Port = port });
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Task NotFound(HttpContext context, IReadOnlyDictionary<string, RequestDelegate> paths)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync($"There is {string.Join(" and ", paths.Keys.Order())}.\n");
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
