using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private static TypeName PlainType(string name, int position) =>
        new(new QualifiedName(name) { Position = position }) { Position = position };

    /// <summary>Typename: [SETOF] type [[] ...] or type ARRAY[n].</summary>
    private TypeName TypeName()
    {
        int outer = Enter();
        bool setOf = Accept(K.Setof);
        TypeName type = SimpleType();
        if (type.Name.Parts is ["interval"] && type.Modifiers.Count == 0)
        {
            type = WithIntervalFields(type);
        }

        int dimensions = 0;
        if (Accept(K.Array))
        {
            dimensions = 1;
            if (Accept(TokenKind.LeftBracket))
            {
                Integer();
                Expect(TokenKind.RightBracket);
            }
        }
        else
        {
            while (Kind == TokenKind.LeftBracket && (PeekKind() == TokenKind.RightBracket
                || (PeekKind() == TokenKind.Integer && PeekKind(2) == TokenKind.RightBracket)))
            {
                Advance();
                if (Kind == TokenKind.Integer)
                {
                    Integer();
                }

                Expect(TokenKind.RightBracket);
                dimensions++;
            }
        }

        Leave(outer);
        return setOf || dimensions > 0 ? type with { SetOf = setOf, ArrayDimensions = dimensions } : type;
    }

    /// <summary>A type without SETOF, array brackets and an interval's fields.</summary>
    private TypeName SimpleType()
    {
        int position = Position;
        K word = Word;
        if (word == K.Double && PeekKind() != TokenKind.Dot)
        {
            Advance();
            Accept(K.Precision);
            return PlainType("float8", position);
        }

        if (Keywords.ClassOf(word) != KeywordClass.ColumnName)
        {
            return GenericType();
        }

        Advance();
        switch (word)
        {
            case K.Int or K.Integer:
                return PlainType("int4", position);
            case K.Smallint:
                return PlainType("int2", position);
            case K.Bigint:
                return PlainType("int8", position);
            case K.Real:
                return PlainType("float4", position);
            case K.Boolean:
                return PlainType("bool", position);
            case K.Float:
                return FloatType(position);
            case K.Decimal or K.Dec or K.Numeric:
                return PlainType("numeric", position) with { Modifiers = TypeModifiers() };
            case K.Varchar:
                return PlainType("varchar", position) with { Modifiers = TypeModifiers() };
            case K.National:
                if (!Accept(K.Character))
                {
                    Expect(K.Char);
                }

                return CharacterType(position);
            case K.Character or K.Char or K.Nchar:
                return CharacterType(position);
            case K.Bit:
                bool varying = Accept(K.Varying);
                return PlainType(varying ? "varbit" : "bit", position) with { Modifiers = TypeModifiers() };
            case K.Time or K.Timestamp:
                return TimeType(word == K.Time ? "time" : "timestamp", position);
            case K.Interval:
                return PlainType("interval", position) with { Modifiers = TypeModifiers() };
            default:
                throw UnexpectedAt(_index - 1);
        }
    }

    private TypeName CharacterType(int position)
    {
        bool varying = Accept(K.Varying);
        return PlainType(varying ? "varchar" : "bpchar", position) with { Modifiers = TypeModifiers() };
    }

    private TypeName FloatType(int position)
    {
        if (!Accept(TokenKind.LeftParen))
        {
            return PlainType("float8", position);
        }

        int start = Position;
        int bits = Integer();
        Expect(TokenKind.RightParen);
        if (bits is < 1 or > 53)
        {
            throw new Types.SqlException(
                Types.SqlState.InvalidParameterValue,
                bits < 1 ? "precision for type float must be at least 1 bit"
                    : "precision for type float must be less than 54 bits",
                start);
        }

        return PlainType(bits < 25 ? "float4" : "float8", position);
    }

    private TypeName TimeType(string name, int position)
    {
        SyntaxList<Expression> modifiers = TypeModifiers();
        if (At(K.With, K.Time, K.Zone))
        {
            name += "tz";
            Accept(K.With, K.Time, K.Zone);
        }
        else
        {
            Accept(K.Without, K.Time, K.Zone);
        }

        return PlainType(name, position) with { Modifiers = modifiers };
    }

    private SyntaxList<Expression> TypeModifiers() =>
        Kind == TokenKind.LeftParen ? ParenthesizedList(static p => p.Expression()) : [];

    /// <summary>A type that is no keyword: qualified or not, with modifiers; struct and map among them.</summary>
    private TypeName GenericType()
    {
        int position = Position;
        bool bare = Kind == TokenKind.Keyword;
        K word = Word;
        string written = Text(Current).ToString();
        string first = FunctionName();
        if (bare && word == K.Struct && IsAngle('<'))
        {
            return StructType(position);
        }

        if (bare && word == K.Map && Kind == TokenKind.LeftParen)
        {
            SyntaxList<TypeName> arguments = ParenthesizedList(static p => p.TypeName());
            return PlainType("map", position) with { TypeArguments = arguments };
        }

        var name = new QualifiedName(Kind == TokenKind.Dot ? DottedParts(first) : [first])
        {
            Position = position,
            Spelling = TypeSpelling.IsAlias(first) ? written : null,
        };
        if (Kind == TokenKind.Percent && PeekWord() == K.Type)
        {
            throw Unsupported("%TYPE", Position);
        }

        return new TypeName(name) { Modifiers = TypeModifiers(), Position = position };
    }

    private bool IsAngle(char angle) =>
        Kind is >= TokenKind.Operator and <= TokenKind.Caret or TokenKind.Arrow && Text(Current)[0] == angle;

    private TypeName StructType(int position)
    {
        TakeFirstCharacter();
        var fields = new List<StructField>();
        if (!IsAngle('>'))
        {
            do
            {
                int start = Position;
                string name = Label();
                fields.Add(new StructField(name, TypeName()) { Position = start });
            }
            while (Accept(TokenKind.Comma));
        }

        if (!IsAngle('>'))
        {
            throw Unexpected();
        }

        TakeFirstCharacter();
        return PlainType("struct", position) with { Fields = new SyntaxList<StructField>([.. fields]) };
    }

    /// <summary>YEAR TO MONTH, SECOND(3), ... after INTERVAL or an interval literal.</summary>
    private TypeName WithIntervalFields(TypeName type)
    {
        IntervalFields from = Word switch
        {
            K.Year => IntervalFields.Year,
            K.Month => IntervalFields.Month,
            K.Day => IntervalFields.Day,
            K.Hour => IntervalFields.Hour,
            K.Minute => IntervalFields.Minute,
            K.Second => IntervalFields.Second,
            _ => IntervalFields.All,
        };
        if (from == IntervalFields.All)
        {
            return type;
        }

        Advance();
        IntervalFields fields = from;
        if (from != IntervalFields.Second && Accept(K.To))
        {
            fields = (from, Word) switch
            {
                (IntervalFields.Year, K.Month) => IntervalFields.YearToMonth,
                (IntervalFields.Day, K.Hour) => IntervalFields.DayToHour,
                (IntervalFields.Day, K.Minute) => IntervalFields.DayToMinute,
                (IntervalFields.Day, K.Second) => IntervalFields.DayToSecond,
                (IntervalFields.Hour, K.Minute) => IntervalFields.HourToMinute,
                (IntervalFields.Hour, K.Second) => IntervalFields.HourToSecond,
                (IntervalFields.Minute, K.Second) => IntervalFields.MinuteToSecond,
                _ => throw Unexpected(),
            };
            Advance();
        }

        bool seconds = fields is IntervalFields.Second or IntervalFields.DayToSecond or IntervalFields.HourToSecond
            or IntervalFields.MinuteToSecond;
        return type with { IntervalFields = fields, Modifiers = seconds ? TypeModifiers() : [] };
    }

    /// <summary>Whether the keyword at hand begins `type 'text'`: a string follows the type's words and parentheses.
    /// </summary>
    private bool AtTypedLiteral()
    {
        if (Word is not (K.Bigint or K.Bit or K.Boolean or K.Char or K.Character or K.Dec or K.Decimal or K.Double
            or K.Float or K.Int or K.Integer or K.Interval or K.National or K.Nchar or K.Numeric or K.Real or K.Smallint
            or K.Time or K.Timestamp or K.Varchar))
        {
            return false;
        }

        int ahead = 1;
        if (PeekWord(ahead) is K.Varying or K.Precision or K.Character or K.Char)
        {
            ahead++;
        }

        if (PeekWord(ahead) == K.Varying)
        {
            ahead++;
        }

        if (PeekKind(ahead) == TokenKind.LeftParen)
        {
            while (PeekKind(ahead) is not (TokenKind.RightParen or TokenKind.End or TokenKind.Failure) && ahead < 12)
            {
                ahead++;
            }

            if (PeekKind(ahead++) != TokenKind.RightParen)
            {
                return false;
            }
        }

        if (PeekWord(ahead) is K.With or K.Without && PeekWord(ahead + 1) == K.Time && PeekWord(ahead + 2) == K.Zone)
        {
            ahead += 3;
        }

        return IsString(PeekKind(ahead));
    }

    private CastExpression TypedLiteral()
    {
        CastExpression literal = LiteralOf(SimpleType());
        return literal.Type.Name.Parts is ["interval"] && literal.Type.Modifiers.Count == 0
            ? literal with { Type = WithIntervalFields(literal.Type) }
            : literal;
    }

    /// <summary>`name(modifiers) 'text'`: what looked like a call was a type.</summary>
    private CastExpression TypedLiteral(FunctionCall call)
    {
        if (call.Distinct || call.OrderBy.Count > 0)
        {
            throw Unexpected();
        }

        var modifiers = new Expression[call.Arguments.Count];
        for (int i = 0; i < modifiers.Length; i++)
        {
            FunctionArgument argument = call.Arguments[i];
            modifiers[i] = argument.Name is null && !argument.Variadic ? argument.Value : throw Unexpected();
        }

        return LiteralOf(new TypeName(call.Name)
        {
            Modifiers = new SyntaxList<Expression>(modifiers),
            Position = call.Position,
        });
    }
}
