using Vectorized.Engine.Catalog;

namespace Vectorized.Engine.Binding;

/// <summary>FOR SYSTEM_TIME AS OF PROCTIME(): the right side of a temporal join.</summary>
internal sealed partial class FromBinder
{
    private static bool IsTemporal(Sql.JoinReference join) => join.Right is Sql.TableReference
    {
        AsOf: { Kind: Sql.AsOfKind.SystemTime, Value: Sql.FunctionCall { Name.Name: "proctime", Arguments.Count: 0 } },
    };

    private FromResult TemporalJoin(Sql.JoinReference join, Scope? outer, Scope lateral)
    {
        var table = (Sql.TableReference)join.Right;
        if (join.Kind is not (Sql.JoinKind.Inner or Sql.JoinKind.Left))
        {
            throw _context.Unsupported("a temporal join other than an inner or left join", join.Position);
        }

        var plain = Join(join with { Right = table with { AsOf = null } }, outer, lateral);
        if (plain.Plan is not LogicalJoin { Dependent: false } joined)
        {
            throw _context.Unsupported("this condition of a temporal join", join.Position);
        }

        if (joined.Right is not LogicalScan { Relation.Kind: RelationKind.Table or RelationKind.MaterializedView })
        {
            throw _context.Unsupported(
                "FOR SYSTEM_TIME AS OF PROCTIME() of anything but a table or materialized view", table.AsOf!.Position);
        }

        return plain with { Plan = new LogicalTemporalJoin(joined.Left, joined.Right, joined.Kind, joined.Conditions) };
    }
}
