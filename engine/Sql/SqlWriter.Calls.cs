using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Function calls, windows, types.</summary>
internal sealed partial class SqlWriter
{
    private void Call(FunctionCall call)
    {
        if (call.SqlSyntax && SpecialCall(call))
        {
            return;
        }

        TextIf(call.ScalarAsAggregate, "AGGREGATE:");
        if (IsNormalize(call))
        {
            Text("normalize(").Expression(call.Arguments[0].Value, Precedence.None)
                .Text(", ").Text(((StringLiteral)call.Arguments[1].Value).Value).Text(")");
            return;
        }

        FunctionName(call).Text("(");
        if (call.Star)
        {
            Text("*");
        }
        else
        {
            TextIf(call.Distinct, "DISTINCT ");
            Arguments(call);
            if (call.OrderBy.Count > 0)
            {
                Text(" ");
                OrderBy(call.OrderBy);
            }
        }

        Text(")");
        Suffix(call);
    }

    /// <summary>The arguments; the first of position(..) must not read as the `a IN b` of its own syntax.</summary>
    private void Arguments(FunctionCall call)
    {
        if (call.Name.Parts is ["position"] && IsPlain(call) && call.Arguments.Count > 0)
        {
            Restricted(call.Arguments[0].Value, Precedence.None);
            TextIf(call.Arguments.Count > 1, ", ");
            List(new SyntaxList<FunctionArgument>(call.Arguments.Span[1..].ToArray()), Argument);
            return;
        }

        List(call.Arguments, Argument);
    }

    private static bool IsNormalize(FunctionCall call) => call is
    {
        Name.Parts: ["normalize"],
        Arguments:
        [
        { Name: null, Variadic: false },
        { Value: StringLiteral { Value: "NFC" or "NFD" or "NFKC" or "NFKD" } },
        ],
        Distinct: false, OrderBy.Count: 0, Over: null, Filter: null,
    };

    private void Suffix(FunctionCall call)
    {
        if (call.WithinGroup.Count > 0)
        {
            Text(" WITHIN GROUP (");
            OrderBy(call.WithinGroup);
            Text(")");
        }

        if (call.Filter is not null)
        {
            Text(" FILTER (WHERE ").Expression(call.Filter, Precedence.None).Text(")");
        }

        if (call.IgnoreNulls is { } ignore)
        {
            Text(ignore ? " IGNORE NULLS" : " RESPECT NULLS");
        }

        if (call.Over is not null)
        {
            Text(" OVER ");
            Window(call.Over);
        }
    }

    /// <summary>
    /// EXTRACT(field FROM x) and POSITION(a IN b), if the arguments are what the parser made of those.
    /// </summary>
    private bool SpecialCall(FunctionCall call)
    {
        if (call.Arguments.Count != 2)
        {
            return false;
        }

        Expression first = call.Arguments[0].Value;
        Expression second = call.Arguments[1].Value;
        if (call.Name.Parts is ["extract"] && first is StringLiteral field)
        {
            bool word = Deparser.IsLowerWord(field.Value);
            Text("EXTRACT(").Text(word ? field.Value.ToUpperInvariant() : Deparser.QuoteLiteral(field.Value))
                .Text(" FROM ").Expression(second, Precedence.None).Text(")");
            return true;
        }

        if (call.Name.Parts is not ["position"])
        {
            return false;
        }

        Text("POSITION(");
        Restricted(second, Precedence.None).Text(" IN ");
        Restricted(first, Precedence.None).Text(")");
        return true;
    }

    /// <summary>The name of a function: keywords the parser takes as such stay bare.</summary>
    private SqlWriter FunctionName(FunctionCall call)
    {
        QualifiedName name = call.Name;
        if (name.Parts.Count > 1)
        {
            return Name(name);
        }

        K keyword = Keywords.Find(name.Name);
        bool bare = Deparser.IsLowerWord(name.Name) && (keyword == K.NoKeyword
            || (Keywords.ClassOf(keyword) == KeywordClass.Unreserved && keyword is not (K.Aggregate or K.Operator))
            || keyword is K.Left or K.Right or K.Overlaps or K.CurrentSchema
            || (IsPlain(call) && IsBareCall(call, keyword)));
        return Text(!bare ? Deparser.Quoted(name.Name)
            : name.Spelling is { } spelling && spelling.Equals(name.Name, StringComparison.OrdinalIgnoreCase) ? spelling
            : name.Name);
    }

    /// <summary>Keywords whose call has a grammar of its own that this call fits.</summary>
    private static bool IsBareCall(FunctionCall call, K keyword) => keyword switch
    {
        K.Nullif => call.Arguments.Count == 2 && call.Over is null && call.Filter is null && call.WithinGroup.Count == 0
            && call.IgnoreNulls is null,
        K.Coalesce or K.Greatest or K.Least or K.Grouping or K.Position or K.Substring or K.Overlay or K.Extract =>
            call.Arguments.Count > 0,
        _ => false,
    };

    /// <summary>No star, DISTINCT, ORDER BY, named or variadic arguments.</summary>
    private static bool IsPlain(FunctionCall call)
    {
        bool plain = !call.Star && !call.Distinct && call.OrderBy.Count == 0;
        foreach (FunctionArgument argument in call.Arguments)
        {
            plain &= argument.Name is null && !argument.Variadic;
        }

        return plain;
    }

    private void Argument(FunctionArgument argument)
    {
        TextIf(argument.Variadic, "VARIADIC ");
        if (argument.Name is not null)
        {
            K keyword = Keywords.Find(argument.Name);
            bool quote = Keywords.ClassOf(keyword) == KeywordClass.TypeOrFunction;
            Text(quote ? Deparser.Quoted(argument.Name) : Deparser.QuoteIdentifier(argument.Name)).Text(" => ");
        }

        Expression(argument.Value, Precedence.None);
        if (argument.PartitionBy is not null)
        {
            Text(" PARTITION BY ").Expression(argument.PartitionBy, Precedence.None);
        }
    }

    private void Window(NamedWindow window)
    {
        Name(window.Name).Text(" AS ");
        Window(window.Specification);
    }

    private void Window(WindowSpecification window)
    {
        if (window.Reference is not null)
        {
            Name(window.Reference);
            return;
        }

        Text("(");
        int start = _out.Length;
        if (window.Base is not null)
        {
            Keyword keyword = Keywords.Find(window.Base);
            Text(keyword is K.Partition or K.Range or K.Rows or K.Groups or K.Session
                ? Deparser.Quoted(window.Base) : Deparser.QuoteIdentifier(window.Base));
        }

        if (window.PartitionBy.Count > 0)
        {
            TextIf(_out.Length > start, " ");
            Text("PARTITION BY ").Expressions(window.PartitionBy);
        }

        if (window.OrderBy.Count > 0)
        {
            TextIf(_out.Length > start, " ");
            OrderBy(window.OrderBy);
        }

        if (window.Frame is not null)
        {
            TextIf(_out.Length > start, " ");
            Frame(window.Frame);
        }

        Text(")");
    }

    private void Frame(WindowFrame frame)
    {
        if (frame.Unit == FrameUnit.Session)
        {
            Text("SESSION WITH GAP ").Expression(frame.Gap!, Precedence.None);
            return;
        }

        Text(frame.Unit.ToString().ToUpperInvariant()).Text(" ");
        if (frame.End is null)
        {
            Bound(frame.Start!);
        }
        else
        {
            Text("BETWEEN ");
            Bound(frame.Start!);
            Text(" AND ");
            Bound(frame.End);
        }

        Text(frame.Exclusion switch
        {
            FrameExclusion.CurrentRow => " EXCLUDE CURRENT ROW",
            FrameExclusion.Group => " EXCLUDE GROUP",
            FrameExclusion.Ties => " EXCLUDE TIES",
            _ => "",
        });
    }

    private void Bound(FrameBound bound)
    {
        switch (bound.Kind)
        {
            case FrameBoundKind.UnboundedPreceding:
                Text("UNBOUNDED PRECEDING");
                break;
            case FrameBoundKind.UnboundedFollowing:
                Text("UNBOUNDED FOLLOWING");
                break;
            case FrameBoundKind.CurrentRow:
                Text("CURRENT ROW");
                break;
            default:
                Expression(bound.Offset!, Precedence.Not)
                    .Text(bound.Kind == FrameBoundKind.Preceding ? " PRECEDING" : " FOLLOWING");
                break;
        }
    }

    private void Type(TypeName type)
    {
        CheckStack();
        TextIf(type.SetOf, "SETOF ");
        if (type.Fields.Count > 0 || (type.Name.Parts is ["struct"] && type.TypeArguments.Count == 0))
        {
            Text("STRUCT<").List(type.Fields, Field).Text(">");
        }
        else if (type.TypeArguments.Count > 0)
        {
            Text("MAP(").List(type.TypeArguments, Type).Text(")");
        }
        else
        {
            NamedType(type);
        }

        for (int i = 0; i < type.ArrayDimensions; i++)
        {
            Text("[]");
        }
    }

    private void NamedType(TypeName type)
    {
        string modifiers = "";
        if (type.Modifiers.Count > 0)
        {
            var list = new SqlWriter();
            list.Text("(").List(type.Modifiers, m => list.Expression(m, Precedence.None), ",").Text(")");
            modifiers = list.ToString();
        }

        if (type.IntervalFields != IntervalFields.All)
        {
            Text("INTERVAL");
            Fields(type);
            return;
        }

        QualifiedName name = type.Name;
        string? written = name.Spelling is { } spelling
            && spelling.Equals(name.Name, StringComparison.OrdinalIgnoreCase) ? spelling + modifiers : null;
        written ??= name.Parts.Count == 1 ? TypeSpelling.Of(name.Name, modifiers) : null;
        if (written is not null)
        {
            Text(written);
            return;
        }

        // Bare, `double` means double precision; only a quoted name can mean another type.
        if (name.Parts is ["double"])
        {
            Text("\"double\"").Text(modifiers);
            return;
        }

        Names(name.Parts).Text(modifiers);
    }

    /// <summary>` DAY TO SECOND(3)`.</summary>
    private void Fields(TypeName type)
    {
        Text(type.IntervalFields switch
        {
            IntervalFields.YearToMonth => " YEAR TO MONTH",
            IntervalFields.DayToHour => " DAY TO HOUR",
            IntervalFields.DayToMinute => " DAY TO MINUTE",
            IntervalFields.DayToSecond => " DAY TO SECOND",
            IntervalFields.HourToMinute => " HOUR TO MINUTE",
            IntervalFields.HourToSecond => " HOUR TO SECOND",
            IntervalFields.MinuteToSecond => " MINUTE TO SECOND",
            _ => " " + type.IntervalFields.ToString().ToUpperInvariant(),
        });
        if (type.Modifiers.Count > 0)
        {
            Text("(").Expressions(type.Modifiers).Text(")");
        }
    }

    private void Field(StructField field)
    {
        Name(field.Name).Text(" ");
        Type(field.Type);
    }
}
