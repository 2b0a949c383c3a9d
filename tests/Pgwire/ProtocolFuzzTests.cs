using System.Text;
using Vectorized.Pgwire;
using Vectorized.Pgwire.Session;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Pgwire;

/// <summary>
/// Mutated conversations: whatever comes, the server answers well-formed messages or closes, other sessions are not
/// affected, and nothing is left behind. The seed is printed with a failure and replays it.
/// </summary>
public sealed class ProtocolFuzzTests
{
    private const int Rounds = 400;

    [Theory]
    [InlineData(1UL)]
    [InlineData(20261123UL)]
    public async Task Conversation_Mutated_IsAnsweredOrClosed(ulong seed)
    {
        await using var fixture = new ServerFixture(new PgServerOptions { MessageBytesMax = 1 << 20 });
        using var bystander = fixture.Connect();
        var random = new SeededRandom(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Mutate(Conversation(random), random);
            try
            {
                Play(fixture, bytes, random);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, round {round}: {e.GetType().Name}: {e.Message}\n{Convert.ToHexString(bytes)}");
            }

            if (round % 20 == 0)
            {
                Assert.Equal("TDCZ", RawClient.Types(bystander.Query("rows 1").Go()));
            }
        }

        Assert.True(fixture.Database.Sessions.Count > Rounds / 4, "most conversations never got to a session");
        Assert.Empty(fixture.InternalErrors);
        await Until(() => fixture.Database.Sessions.Skip(1).All(s => s.IsDisposed && s.OpenPortals == 0));
        Assert.Equal("TDCZ", RawClient.Types(bystander.Query("rows 1").Go()));
    }

    /// <summary>A startup and some valid messages, those with a statement that ends soon.</summary>
    private static byte[] Conversation(SeededRandom random)
    {
        var bytes = new List<byte>();
        bytes.AddRange([0, 0, 0, 33, 0, 3, 0, 0, .. "user\0root\0database\0dev\0\0"u8]);
        bytes[3] = (byte)bytes.Count;
        string[] statements =
            ["rows 3", "rows 50 7", "write a", "echo $1 $2", "fail 22012", "begin", "commit", "copyin", "copyout 12", "", "point $1"];
        for (int i = 0, count = 1 + (int)random.Next(10); i < count; i++)
        {
            string statement = statements[random.Next(statements.Length)];
            string name = random.Next(3) == 0 ? "s" : "";
            switch (random.Next(9))
            {
                case 0: bytes.AddRange(RawClient.Message('Q', RawClient.Z(statement))); break;
                case 1:
                    bytes.AddRange(RawClient.Message('P', RawClient.Z(name), RawClient.Z(statement), RawClient.I16(1), RawClient.I32(20)));
                    break;
                case 2:
                    bytes.AddRange(RawClient.Message(
                        'B', RawClient.Z(""), RawClient.Z(name), RawClient.I16(0), RawClient.I16(2), RawClient.I32(1), "7"u8.ToArray(),
                        RawClient.I32(-1), RawClient.I16(1), RawClient.I16((int)random.Next(2))));
                    break;
                case 3: bytes.AddRange(RawClient.Message('E', RawClient.Z(""), RawClient.I32((int)random.Next(4)))); break;
                case 4: bytes.AddRange(RawClient.Message('D', "S"u8.ToArray(), RawClient.Z(name))); break;
                case 5: bytes.AddRange(RawClient.Message('S')); break;
                case 6: bytes.AddRange(RawClient.Message('H')); break;
                case 7: bytes.AddRange(RawClient.Message('d', "1\t2\n"u8.ToArray())); break;
                default: bytes.AddRange(RawClient.Message(random.Next(2) == 0 ? 'c' : 'f', "why\0"u8.ToArray())); break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Mutate(byte[] bytes, SeededRandom random)
    {
        var mutated = new List<byte>(bytes);
        for (int i = 0, count = (int)random.Next(4); i < count; i++)
        {
            int at = (int)random.Next(mutated.Count);
            switch (random.Next(6))
            {
                case 0: mutated[at] ^= (byte)(1 << (int)random.Next(8)); break;
                case 1: mutated[at] = (byte)random.Next(256); break;
                case 2: mutated.RemoveAt(at); break;
                case 3: mutated.Insert(at, (byte)random.Next(256)); break;
                case 4:
                    // A length field blown up or cut down.
                    mutated[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                default:
                    int length = (int)random.Next(Math.Min(20, mutated.Count - at));
                    mutated.InsertRange(at, mutated.GetRange(at, length));
                    break;
            }

            if (mutated.Count == 0)
            {
                mutated.Add(0);
            }
        }

        return [.. mutated];
    }

    /// <summary>Sends in random pieces, ends the sending side, and reads well-formed messages to the close.</summary>
    private static void Play(ServerFixture fixture, byte[] bytes, SeededRandom random)
    {
        using var client = fixture.Open();
        try
        {
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - at, 1 + (int)random.Next(random.Next(3) == 0 ? 5 : 500));
                client.SendBytes(bytes.AsSpan(at, length));
                at += length;
            }

            if (random.Next(4) == 0)
            {
                // Leaves without a word.
                return;
            }

            client.CloseSending();
        }
        catch (IOException)
        {
            // The server has closed already.
        }

        const string Known = "RSKZTDCEINtns123GHdcv";
        try
        {
            foreach (var message in client.ReadToEnd())
            {
                if (!Known.Contains(message.Type))
                {
                    // N and S may be the bare answers to an encryption request that a mutation made.
                    throw new InvalidDataException($"message type {(int)message.Type}");
                }
            }
        }
        catch (EndOfStreamException)
        {
            // Reset because bytes were left unread: the answer may be cut off.
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 2000 && !condition(); i++)
        {
            await Task.Delay(5);
        }

        Assert.True(condition());
    }
}
