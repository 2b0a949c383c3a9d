using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Operators.Joins;

/// <summary>What a join kind asks for, taken apart.</summary>
internal readonly struct JoinForm(JoinKind kind)
{
    /// <summary>Pairs are output rows.</summary>
    internal bool EmitsPairs => kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.RightSemi or JoinKind.RightAnti);

    /// <summary>A left row's output depends on whether it has a partner.</summary>
    internal bool TracksLeft => kind is JoinKind.Left or JoinKind.Full or JoinKind.Semi or JoinKind.Anti;

    internal bool TracksRight => kind is JoinKind.Right or JoinKind.Full or JoinKind.RightSemi or JoinKind.RightAnti;

    /// <summary>Left rows are output alone while they have a partner (semi), not while they have none.</summary>
    internal bool EmitsMatched => kind == JoinKind.Semi;

    /// <summary>Of tracked right rows those with a partner are output at the end, not those without.</summary>
    internal bool EmitsMatchedRight => kind == JoinKind.RightSemi;

    /// <summary>Right columns are in the output.</summary>
    internal bool IsWide => EmitsPairs;

    internal string Name => kind switch
    {
        JoinKind.Inner => "inner",
        JoinKind.Left => "left",
        JoinKind.Right => "right",
        JoinKind.Full => "full",
        JoinKind.Semi => "semi",
        JoinKind.Anti => "anti",
        JoinKind.RightSemi => "right semi",
        _ => "right anti",
    };
}
