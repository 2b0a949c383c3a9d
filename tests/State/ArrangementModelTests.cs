using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.State;

[Collection("alone")]
public sealed class ArrangementModelTests
{
    private static readonly Dictionary<string, ArrangementSpec> _specs = new()
    {
        ["integer key"] = new("t", [SqlType.Int64, SqlType.Varchar, SqlType.Int32], [0], Indexes: [[0], [2], [1]]),
        ["small key"] = new("t", [SqlType.Varchar, SqlType.Int16], [1], Indexes: [[1], [0]]),
        ["two integers"] = new("t", [SqlType.Int64, SqlType.Int64, SqlType.Float64], [0, 1], Indexes: [[1, 0], [1], [2]]),
        ["text key"] = new("t", [SqlType.Varchar, SqlType.Int64], [0], Indexes: [[0], [1]]),
        ["every type"] = new("t", [SqlType.Int64, .. RandomRows.AllTypes], [0], Indexes: [[0], [7], [6], [14], [15]]),
        ["wide key"] = new("t", [SqlType.Numeric, SqlType.Float32, SqlType.Uuid, SqlType.Bytea], [0, 1, 2], Indexes: [[0, 1, 2], [3]]),
        ["narrow key"] = new("t", [SqlType.Int16, SqlType.Date, SqlType.Boolean, SqlType.Varchar], [0, 1, 2], Indexes: [[2, 1], [0, 1, 2]]),
        ["one row"] = new("t", [SqlType.Int64, SqlType.Varchar], [], Indexes: [[0]]),
        ["bag"] = new("t", [SqlType.Int32, SqlType.Varchar], null, Indexes: [[0], [1]]),
        ["bag of all types"] = new("t", [.. RandomRows.AllTypes], null, Indexes: [[9]]),
        ["append-only"] = new("t", [SqlType.Int64, SqlType.Varchar, SqlType.Int32], [0], AppendOnly: true, Indexes: [[0], [2]]),
        ["append-only bag"] = new("t", [SqlType.Int32, SqlType.Varchar], null, AppendOnly: true, Indexes: [[0], [1]]),
    };

    public static TheoryData<string, ulong, int, int, int> Histories
    {
        get
        {
            var data = new TheoryData<string, ulong, int, int, int>();
            foreach (string name in _specs.Keys)
            {
                data.Add(name, 11, 5, 0, 4);
                data.Add(name, 12, 60, 6, 30);
                data.Add(name, 13, 1500, 25, 300);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void RandomHistory_EveryPinnedTick_EqualsTheModel(string name, ulong seed, int domain, int nullEvery, int changesMax)
    {
        long bytesBefore = BlockPool.LiveBytes;
        using (var model = new ArrangementModel(_specs[name] with { HashSeed = seed * 77 }, seed, domain, nullEvery))
        {
            for (int tick = 0; tick < 120; tick++)
            {
                model.Step(changesMax);
                if (tick is 30 or 70)
                {
                    model.Skip(3L << 29);
                }

                if (tick % 8 == 7)
                {
                    model.Check();
                }
            }

            if (name is "integer key" or "two integers" && domain > 1000)
            {
                Assert.True(model.Arrangement.CompactedChunks > 0);
            }
        }

        Assert.Equal(bytesBefore, BlockPool.LiveBytes);
    }

    [Theory]
    [InlineData("integer key", 21, 20, 0, 30)]
    [InlineData("text key", 22, 40, 5, 30)]
    [InlineData("every type", 23, 40, 8, 50)]
    [InlineData("two integers", 24, 12, 0, 300)]
    public void RandomUpserts_DeltaAndState_EqualTheModel(string name, ulong seed, int domain, int nullEvery, int changesMax)
    {
        using var model = new ArrangementModel(_specs[name] with { HashSeed = seed }, seed, domain, nullEvery);
        for (int tick = 0; tick < 150; tick++)
        {
            if (tick % 3 == 0)
            {
                model.Step(changesMax / 2);
            }

            model.UpsertStep(changesMax);
            if (tick % 7 == 0)
            {
                model.Check();
            }
        }
    }
}
