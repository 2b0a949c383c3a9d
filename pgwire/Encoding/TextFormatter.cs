using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Any type's text, as the engine prints it.</summary>
internal readonly struct TextFormatter : IFormatter
{
    public static void Append(in Vector column, int row, ColumnScratch scratch, ref TextSink sink) =>
        TextFormat.Append(in column, row, scratch.Session.Text, ref sink);
}

/// <summary>regclass and its kin by name where the catalog knows one, else by number.</summary>
internal readonly struct ObjectNameFormatter : IFormatter
{
    public static void Append(in Vector column, int row, ColumnScratch scratch, ref TextSink sink)
    {
        uint oid = column.Value<uint>(row);
        var catalog = scratch.Session.Catalog;
        string? name = oid == 0 ? "-" : column.Type.Id switch
        {
            TypeId.RegClass => catalog?.RelationName(oid, scratch.Session.SearchPath),
            TypeId.RegNamespace => catalog?.SchemaName(oid),
            TypeId.RegType => TypeOids.Find(oid) is { } type ? TypeNames.Format(type) : null,
            _ => null,
        };
        if (name is null)
        {
            IntegerText.Append(oid, ref sink);
        }
        else
        {
            sink.Write(TextEncoding.UTF8.GetBytes(name));
        }
    }
}
