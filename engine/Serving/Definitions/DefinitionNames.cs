using Vectorized.Engine.Sql;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Stored definition texts under other names.</summary>
internal static class DefinitionNames
{
    /// <summary>The text with the relations it reads or writes named as the map says.</summary>
    internal static string Rewritten(string text, Func<QualifiedName, QualifiedName?> map) =>
        text.Length == 0 ? text : new RelationRename(map).Write(SqlParser.ParseStored(text)[0]);

    /// <summary>A CREATE statement with another last part of the created object's name.</summary>
    internal static string WithName(string definition, string name) =>
        Stored(Renamed(SqlParser.ParseStored(definition)[0], old => new QualifiedName([.. old.Parts.Take(old.Parts.Count - 1), name])));

    /// <summary>The form in which a definition is kept: without IF NOT EXISTS and OR REPLACE, which say nothing of the object.</summary>
    internal static string Stored(Statement statement) => (statement switch
    {
        CreateTableStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateSourceStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateViewStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateMaterializedViewStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateSinkStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateIndexStatement s => s with { IfNotExists = false },
        CreateFunctionStatement s => s with { IfNotExists = false, OrReplace = false },
        CreateSubscriptionStatement s => s with { IfNotExists = false },
        _ => statement,
    }).ToString();

    private static Statement Renamed(Statement statement, Func<QualifiedName, QualifiedName> name) => statement switch
    {
        CreateTableStatement s => s with { Name = name(s.Name) },
        CreateSourceStatement s => s with { Name = name(s.Name) },
        CreateViewStatement s => s with { Name = name(s.Name) },
        CreateMaterializedViewStatement s => s with { Name = name(s.Name) },
        CreateSinkStatement s => s with { Name = name(s.Name) },
        CreateIndexStatement s => s with { Name = s.Name is null ? null : name(s.Name) },
        CreateFunctionStatement s => s with { Name = name(s.Name) },
        CreateSubscriptionStatement s => s with { Name = name(s.Name) },
        _ => statement,
    };
}
