using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Npgsql;
using Vectorized.Engine.Types;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;

namespace Vectorized.Tests.Pgwire;

public sealed class AuthenticationTests
{
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    private static PgServerOptions WithPassword => new() { Credentials = new Users() };

    [Fact]
    public async Task Scram_RightPassword_LetsIn()
    {
        await using var fixture = new ServerFixture(WithPassword);
        Assert.Equal("1", await Ask(fixture, "root", "sécret", "SSL Mode=Disable"));
    }

    [Theory]
    [InlineData("root", "wrong")]
    [InlineData("stranger", "sécret")]
    public async Task Scram_WrongPasswordOrUser_IsRefusedTheSameWay(string user, string password)
    {
        await using var fixture = new ServerFixture(WithPassword);
        var error = await Assert.ThrowsAsync<PostgresException>(() => Ask(fixture, user, password, "SSL Mode=Disable"));
        Assert.Equal(SqlState.InvalidPassword, error.SqlState);
        Assert.Equal($"password authentication failed for user \"{user}\"", error.MessageText);
    }

    [Theory]
    [InlineData("SSL Mode=Require;Channel Binding=Require")]
    [InlineData("SSL Mode=Require;Channel Binding=Disable")]
    [InlineData("SSL Mode=Prefer")]
    public async Task Tls_WithPassword_Works(string ssl)
    {
        using var certificate = SelfSigned();
        await using var fixture = new ServerFixture(WithPassword with { Certificate = () => certificate });
        Assert.Equal("1", await Ask(fixture, "root", "sécret", ssl));
    }

    [Fact]
    public async Task Tls_DirectNegotiation_Works()
    {
        using var certificate = SelfSigned();
        await using var fixture = new ServerFixture(new PgServerOptions { Certificate = () => certificate });
        Assert.Equal("1", await Ask(fixture, "root", null, "SSL Mode=Require;SSL Negotiation=Direct"));
    }

    [Fact]
    public async Task Tls_BytesBeforeTheHandshake_CloseTheConnection()
    {
        using var certificate = SelfSigned();
        await using var fixture = new ServerFixture(new PgServerOptions { Certificate = () => certificate });
        using var client = fixture.Open();
        client.SendBytes([0, 0, 0, 8, 4, 210, 22, 47, 0, 0, 0, 8]);
        Assert.Empty(client.ReadToEnd());
    }

    [Fact]
    public async Task Sasl_UnknownMechanismOrOtherMessage_IsFatal()
    {
        await using var fixture = new ServerFixture(WithPassword);
        foreach (byte[] message in new[]
        {
            RawClient.Message('p', RawClient.Z("SCRAM-MD5"), RawClient.I32(-1)),
            RawClient.Message('Q', RawClient.Z("rows 1")),
            RawClient.Message('p', RawClient.Z("SCRAM-SHA-256"), RawClient.I32(3), "n,,"u8.ToArray()),
        })
        {
            using var client = fixture.Open();
            client.SendStartup(196608, [("user", "root"), ("database", "dev")]);
            Assert.Equal('R', client.Read()!.Type);
            client.SendBytes(message);
            Assert.Equal("08P01", client.ReadToEnd()[^1].Field('C'));
        }
    }

    [Fact]
    public void Verifier_PublishedExample_HasTheKnownProof()
    {
        // RFC 7677, section 3.
        var verifier = ScramVerifier.FromPassword("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="));
        var exchange = new ScramExchange(verifier, null, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        string challenge = Encoding.UTF8.GetString(
            exchange.Challenge(ScramExchange.Mechanism, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"u8));
        Assert.Equal("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", challenge);
        byte[]? final = exchange.Verify(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="u8);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Encoding.UTF8.GetString(final!));
    }

    [Fact]
    public void Verifier_Text_RoundTrips()
    {
        var verifier = ScramVerifier.FromPassword("x", Salt, 1000);
        Assert.Equal(verifier.ToString(), ScramVerifier.TryParse(verifier.ToString())!.ToString());
        Assert.Null(ScramVerifier.TryParse("md5abc"));
        Assert.Null(ScramVerifier.TryParse("SCRAM-SHA-256$x:AQ==$AQ==:AQ=="));
    }

    [Fact]
    public void ChannelBinding_ClientThatWasToldThereIsNone_IsRefused()
    {
        var exchange = new ScramExchange(ScramVerifier.FromPassword("x", Salt), [1, 2], "nonce");
        var error = Assert.Throws<SqlException>(() => exchange.Challenge(ScramExchange.Mechanism, "y,,n=,r=abc"u8));
        Assert.Contains("negotiation", error.Message);
    }

    private static async Task<string> Ask(ServerFixture fixture, string user, string? password, string rest)
    {
        string connect = $"Host=127.0.0.1;Port={fixture.Server.Port};Database=dev;Username={user};"
            + $"Server Compatibility Mode=NoTypeLoading;Pooling=false;{rest}"
            + (password is null ? "" : $";Password={password}");
        await using var connection = new NpgsqlConnection(connect);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("rows 1", connection);
        return (await command.ExecuteScalarAsync())!.ToString()!;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = request.CreateSelfSigned(start, start.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Users : IVerifierStore
    {
        private readonly ScramVerifier _verifier = ScramVerifier.FromPassword("sécret", Salt);

        public ScramVerifier? Find(string user) => user == "root" ? _verifier : null;
    }
}
