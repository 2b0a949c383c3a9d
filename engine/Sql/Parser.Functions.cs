using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    /// <summary>A call whose name is taken: arguments and all that may follow them.</summary>
    private Expression Call(QualifiedName name)
    {
        Expect(TokenKind.LeftParen);
        var call = new FunctionCall(name, []) { Position = name.Position };
        if (Kind == TokenKind.Star && PeekKind() == TokenKind.RightParen)
        {
            Advance();
            call = call with { Star = true };
        }
        else if (Kind != TokenKind.RightParen)
        {
            call = CallArguments(call);
        }

        Expect(TokenKind.RightParen);
        if (AtString && call.Arguments.Count > 0)
        {
            return TypedLiteral(call);
        }

        return CallSuffix(call);
    }

    private FunctionCall CallArguments(FunctionCall call)
    {
        bool distinct = Accept(K.Distinct);
        if (!distinct)
        {
            Accept(K.All);
        }

        SyntaxList<FunctionArgument> arguments = List(static p => p.Argument());
        bool? ignoreNulls = NullTreatment();
        SyntaxList<OrderItem> orderBy = OptionalOrderBy();
        return call with
        {
            Arguments = arguments,
            Distinct = distinct,
            OrderBy = orderBy,
            IgnoreNulls = ignoreNulls,
        };
    }

    private FunctionArgument Argument()
    {
        int position = Position;
        bool variadic = Accept(K.Variadic);
        string? name = null;
        if (PeekKind() is TokenKind.Arrow or TokenKind.ColonEquals && IsFunctionName(Current))
        {
            name = FunctionName();
            Advance();
        }

        var value = Expression();
        return new FunctionArgument(value, name, variadic)
        {
            PartitionBy = Accept(K.Partition, K.By) ? Expression() : null,
            Position = position,
        };
    }

    private bool? NullTreatment()
    {
        if (Accept(K.Ignore, K.Nulls))
        {
            return true;
        }

        return Accept(K.Respect, K.Nulls) ? false : null;
    }

    /// <summary>WITHIN GROUP, FILTER, IGNORE NULLS, OVER.</summary>
    private FunctionCall CallSuffix(FunctionCall call)
    {
        if (Accept(K.Within, K.Group))
        {
            int position = Position;
            Expect(TokenKind.LeftParen);
            SyntaxList<OrderItem> order = OrderBy();
            Expect(TokenKind.RightParen);
            if (call.OrderBy.Count > 0)
            {
                throw Error("cannot use multiple ORDER BY clauses with WITHIN GROUP", position);
            }

            if (call.Distinct)
            {
                throw Error("cannot use DISTINCT with WITHIN GROUP", position);
            }

            call = call with { WithinGroup = order };
        }

        if (Accept(K.Filter))
        {
            Expect(TokenKind.LeftParen);
            Expect(K.Where);
            call = call with { Filter = Expression() };
            Expect(TokenKind.RightParen);
        }

        if (NullTreatment() is { } ignore)
        {
            call = call with { IgnoreNulls = ignore };
        }

        if (Accept(K.Over))
        {
            call = call with { Over = Over() };
        }

        return call;
    }

    private WindowSpecification Over()
    {
        int position = Position;
        return Kind == TokenKind.LeftParen
            ? WindowSpecification()
            : new WindowSpecification { Reference = Name(), Position = position };
    }

    private WindowSpecification WindowSpecification()
    {
        int position = Position;
        Expect(TokenKind.LeftParen);
        string? origin = IsColumnName(Current) && Word is not (K.Partition or K.Range or K.Rows or K.Groups)
            && !At(K.Session, K.With) ? Name() : null;
        SyntaxList<Expression> partitionBy = [];
        if (Accept(K.Partition))
        {
            Expect(K.By);
            partitionBy = List(static p => p.Expression());
        }

        SyntaxList<OrderItem> orderBy = OptionalOrderBy();
        WindowFrame? frame = OptionalFrame();
        Expect(TokenKind.RightParen);
        return new WindowSpecification
        {
            Base = origin,
            PartitionBy = partitionBy,
            OrderBy = orderBy,
            Frame = frame,
            Position = position,
        };
    }

    private WindowFrame? OptionalFrame()
    {
        int position = Position;
        FrameUnit unit;
        switch (Word)
        {
            case K.Rows:
                unit = FrameUnit.Rows;
                break;
            case K.Range:
                unit = FrameUnit.Range;
                break;
            case K.Groups:
                unit = FrameUnit.Groups;
                break;
            case K.Session:
                Advance();
                Expect(K.With, K.Gap);
                return new WindowFrame(FrameUnit.Session, null, null) { Gap = Expression(), Position = position };
            default:
                return null;
        }

        Advance();
        FrameBound start;
        FrameBound? end = null;
        if (Accept(K.Between))
        {
            start = FrameBound();
            Expect(K.And);
            end = FrameBound();
        }
        else
        {
            start = FrameBound();
        }

        CheckFrame(start, end);
        return new WindowFrame(unit, start, end) { Exclusion = Exclusion(), Position = position };
    }

    private static void CheckFrame(FrameBound start, FrameBound? end)
    {
        const string Windowing = Types.SqlState.WindowingError;
        string? message = (start.Kind, end?.Kind ?? FrameBoundKind.CurrentRow) switch
        {
            (FrameBoundKind.UnboundedFollowing, _) => "frame start cannot be UNBOUNDED FOLLOWING",
            (_, FrameBoundKind.UnboundedPreceding) => "frame end cannot be UNBOUNDED PRECEDING",
            (FrameBoundKind.Following, _) when end is null =>
                "frame starting from following row cannot end with current row",
            (FrameBoundKind.CurrentRow, FrameBoundKind.Preceding) =>
                "frame starting from current row cannot have preceding rows",
            (FrameBoundKind.Following, FrameBoundKind.Preceding or FrameBoundKind.CurrentRow) =>
                "frame starting from following row cannot have preceding rows",
            _ => null,
        };
        if (message is not null)
        {
            throw new Types.SqlException(Windowing, message, start.Position);
        }
    }

    private FrameBound FrameBound()
    {
        int position = Position;
        if (Word == K.Unbounded && PeekWord() is K.Preceding or K.Following)
        {
            Advance();
            bool preceding = At(K.Preceding);
            Advance();
            return new FrameBound(preceding ? FrameBoundKind.UnboundedPreceding : FrameBoundKind.UnboundedFollowing)
            {
                Position = position,
            };
        }

        if (Accept(K.Current, K.Row))
        {
            return new FrameBound(FrameBoundKind.CurrentRow) { Position = position };
        }

        Expression offset = Expression();
        if (Accept(K.Preceding))
        {
            return new FrameBound(FrameBoundKind.Preceding, offset) { Position = position };
        }

        Expect(K.Following);
        return new FrameBound(FrameBoundKind.Following, offset) { Position = position };
    }

    private FrameExclusion Exclusion()
    {
        if (!Accept(K.Exclude))
        {
            return FrameExclusion.NoOthers;
        }

        if (Accept(K.Current, K.Row))
        {
            return FrameExclusion.CurrentRow;
        }

        if (Accept(K.Group))
        {
            return FrameExclusion.Group;
        }

        if (Accept(K.Ties))
        {
            return FrameExclusion.Ties;
        }

        Expect(K.No, K.Others);
        return FrameExclusion.NoOthers;
    }

    /// <summary>`AGGREGATE:f(x)`.</summary>
    private Expression ScalarAsAggregate()
    {
        int position = Position;
        Expect(K.Aggregate);
        Expect(TokenKind.Colon);
        int start = Position;
        string first = FunctionName();
        var name = new QualifiedName(Kind == TokenKind.Dot ? DottedParts(first) : [first]) { Position = start };
        return Call(name) is FunctionCall call
            ? call with { ScalarAsAggregate = true, Position = position }
            : throw Unexpected();
    }
}
