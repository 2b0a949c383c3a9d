using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Vectorized.Bench.Tpch;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Columns;
using Vectorized.Tests.Planning;
using Xunit.Abstractions;

namespace Vectorized.Tests.Tpch;

/// <summary>The generator's files are those of the standard's own program with a text pool of 10 MiB.</summary>
public sealed class TpchGeneratorTests(ITestOutputHelper output)
{
    private static readonly TpchGenerator _generator = new(new TpchScale(0.01m));

    public static TheoryData<TpchTable> Tables { get; } = [.. Enum.GetValues<TpchTable>()];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Write_ScaleHundredth_EqualsReferenceFile(TpchTable table)
    {
        string? path = SharedFiles.Find($"tpch/sf0.01/{TblWriter.FileName(table)}.gz");
        if (path is null)
        {
            output.WriteLine("skipped: ../shared/tpch/sf0.01 is not there");
            return;
        }

        using var packed = File.OpenRead(path);
        using var plain = new GZipStream(packed, CompressionMode.Decompress);
        using var expected = new MemoryStream();
        plain.CopyTo(expected);
        string[] expectedLines = Encoding.ASCII.GetString(expected.ToArray()).Split('\n');
        string[] actualLines = Encoding.ASCII.GetString(Text(table)).Split('\n');
        for (int i = 0; i < Math.Min(expectedLines.Length, actualLines.Length); i++)
        {
            Assert.Equal(expectedLines[i], actualLines[i]);
        }

        Assert.Equal(expected.ToArray(), Text(table));
    }

    [Theory]
    [InlineData(TpchTable.Region, "06364035ef4bcac727a6dd13d35138230a703837a912dc6a22b78b5d38f47443")]
    [InlineData(TpchTable.Nation, "c233e28839d7e2a3274ee5c38f7d7ee0cdceb00f1fbecc1fc07cf7e78832781b")]
    [InlineData(TpchTable.Supplier, "e70722f4b1bbf14e1fbf030b5aae6d70837282cf28cd811408ccdfcd848fc365")]
    [InlineData(TpchTable.Part, "ca9ed4e9f2e87281a42ca272adfa57f0ebcf1e5fcbc4c281e71330ddcc41a3fa")]
    [InlineData(TpchTable.PartSupp, "1ab35afa84dc080b22594eb862bd85a4b7df869af048558be462a6c0fe539770")]
    [InlineData(TpchTable.Customer, "5b7db3bf4eeb7a909b0e3a91aaf6df2ab3dd5a265ee50300cfe33a4ed37ad06f")]
    [InlineData(TpchTable.Orders, "953404e48a381bcfd40ae309769329de319cb41bb3b2215b7800e1dfd7316be9")]
    [InlineData(TpchTable.LineItem, "67f293184f6ff52cefcd0261bbfe60f675ffbf0c232360572f1f7293ff4b8756")]
    public void Write_ScaleHundredth_HasItsHash(TpchTable table, string sha256)
    {
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Text(table))));
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void Write_InPieces_GivesTheSameRows(TpchTable table)
    {
        using var pieces = new MemoryStream();
        using var arena = new Arena();
        long end = _generator.PositionCount(table);
        long size = Math.Max(end / 7, 1) + 1;
        for (long at = 0; at < end; at += size)
        {
            TblWriter.Write(_generator.Write(arena, table, at, Math.Min(at + size, end)), table, pieces);
        }

        Assert.Equal(Text(table), pieces.ToArray());
    }

    [Fact]
    public void WriteRefresh_Sets_HaveKeysOfTheirOwn()
    {
        using var arena = new Arena();
        var keys = new HashSet<long>();
        for (long at = 0; at < _generator.PositionCount(TpchTable.Orders); at++)
        {
            Assert.True(keys.Add(TpchGenerator.OrderKey(at)));
        }

        for (int set = 0; set < 3; set++)
        {
            var orders = _generator.WriteRefresh(arena, TpchTable.Orders, set);
            Assert.Equal(_generator.Scale.RefreshOrders, orders.RowCount);
            foreach (long key in orders[0].Values<long>())
            {
                Assert.True(keys.Add(key), $"order {key} is there twice");
            }

            var lines = _generator.WriteRefresh(arena, TpchTable.LineItem, set);
            Assert.Equal(orders[0].Values<long>().ToArray(), lines[0].Values<long>().ToArray().Distinct());
        }
    }

    private static byte[] Text(TpchTable table)
    {
        using var file = new MemoryStream();
        TblWriter.Write(_generator, table, file);
        return file.ToArray();
    }
}
