using System.Buffers.Binary;
using System.Text;

namespace Vectorized.Tests.Pgwire;

/// <summary>One backend message as it came.</summary>
internal sealed record RawMessage(char Type, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A field of an ErrorResponse or NoticeResponse, or null.</summary>
    public string? Field(char tag) => Text.Split('\0').FirstOrDefault(f => f.Length > 0 && f[0] == tag)?[1..];

    /// <summary>A DataRow's values, parted by |.</summary>
    public string Row => string.Join('|', Values().Select(v => v ?? "NULL"));

    /// <summary>The values of a DataRow as text; null is NULL.</summary>
    public string?[] Values()
    {
        int count = BinaryPrimitives.ReadInt16BigEndian(Body);
        string?[] values = new string?[count];
        int at = 2;
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(at));
            at += 4;
            values[i] = length < 0 ? null : Encoding.UTF8.GetString(Body, at, length);
            at += Math.Max(length, 0);
        }

        Assert.Equal(Body.Length, at);
        return values;
    }
}
