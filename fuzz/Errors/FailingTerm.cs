namespace Vectorized.Fuzz.Errors;

/// <summary>An expression and, in SQL that never fails itself, on which rows it fails and how.</summary>
/// <param name="Name">The production's name.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Fails">A condition, true or false on every row: it fails there.</param>
/// <param name="State">The SQLSTATE of that failure, as an expression.</param>
internal sealed record FailingTerm(string Name, string Sql, string Fails, string State)
{
    internal bool NeverFails => Fails == "false";

    /// <summary>Its value where it does not fail, elsewhere NULL.</summary>
    internal string OrNull => NeverFails ? Sql : $"CASE WHEN {Fails} THEN NULL ELSE {Sql} END";
}
