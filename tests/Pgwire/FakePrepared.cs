using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>What a fake statement's words mean for its result and parameters.</summary>
internal sealed class FakePrepared : IPreparedStatement
{
    public FakePrepared(FakeSession session, Statement statement, IReadOnlyList<SqlType> given)
    {
        Statement = statement;
        Words = statement is FakeStatement fake ? fake.Words : [];
        string verb = Words.Length > 0 ? Words[0] : "";
        int parameters = Words.Where(w => w.StartsWith('$')).Select(w => int.Parse(w[1..])).DefaultIfEmpty(0).Max();
        var types = new SqlType[Math.Max(parameters, given.Count)];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = i < given.Count && given[i].Id != TypeId.Unknown ? given[i] : SqlType.Varchar;
        }

        ParameterTypes = types;
        Columns = verb switch
        {
            "rows" => [new ResultColumn("id", SqlType.Int32, 16384, 1), new ResultColumn("name", SqlType.Varchar, 16384, 2)],
            "wide" => [new ResultColumn("text", SqlType.Varchar)],
            "echo" => [.. types.Select((t, i) => new ResultColumn($"p{i + 1}", t))],
            "point" => [new ResultColumn("v", SqlType.Int64)],
            "show" => [.. session.Database.Results[Words[1]].Names
                .Select((n, i) => new ResultColumn(n, session.Database.Results[Words[1]].Batch.Batch[i].Type))],
            "returning" => [new ResultColumn("id", SqlType.Int32)],
            "prepare_fails" => throw new SqlException(SqlState.UndefinedTable, "relation \"x\" does not exist", 1),
            _ => null,
        };
    }

    public string[] Words { get; }

    public Statement Statement { get; }

    public IReadOnlyList<SqlType> ParameterTypes { get; }

    public IReadOnlyList<ResultColumn>? Columns { get; }

    public bool RunsBriefly => Words is ["point", ..];

    public bool IsCurrent => Words is ["point", ..];
}
