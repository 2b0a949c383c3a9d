using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire;

/// <summary>A server over a <see cref="FakeDatabase"/> on a port of the system's choice.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    public ServerFixture(PgServerOptions? options = null, Host? host = null)
    {
        options ??= new PgServerOptions();
        Server = PgServer.Start(new ServerContext(
            Database,
            options with { InternalError = (e, _) => InternalErrors.Add(e), StopGrace = TimeSpan.FromSeconds(1) },
            host ?? Host.System)
        {
            Parse = FakeStatement.Parse,
        });
    }

    public FakeDatabase Database { get; } = new();

    public PgServer Server { get; }

    public List<Exception> InternalErrors { get; } = [];

    public RawClient Connect(params (string, string)[] parameters) => RawClient.Connect(Server.Port, parameters);

    public RawClient Open() => new(Server.Port);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
