using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>Columns, constraints and watermarks of tables and sources.</summary>
internal sealed partial class Parser
{
    private WatermarkDefinition Watermark()
    {
        int position = Position;
        Expect(K.Watermark);
        Expect(K.For);
        Identifier column = NameNode();
        Expect(K.As);
        Expression value = Expression();
        return new WatermarkDefinition(column, value, Accept(K.With, K.Ttl)) { Position = position };
    }

    private TableConstraint? OptionalTableConstraint()
    {
        int position = Position;
        string? name = Accept(K.Constraint) ? Name() : null;
        if (Accept(K.Primary, K.Key))
        {
            return new TablePrimaryKey(NameList()) { Name = name, Position = position };
        }

        if (Accept(K.Unique))
        {
            return new TableUnique(NameList()) { Name = name, Position = position };
        }

        if (Accept(K.Check))
        {
            return new TableCheck(ParenthesizedExpression()) { Name = name, Position = position };
        }

        if (Accept(K.Foreign, K.Key))
        {
            SyntaxList<Identifier> columns = NameList();
            Expect(K.References);
            QualifiedName table = QualifiedName();
            SyntaxList<Identifier> referenced = OptionalNameList();
            SkipReferentialActions();
            return new TableForeignKey(columns, table, referenced) { Name = name, Position = position };
        }

        return name is null ? null : throw Unexpected();
    }

    private Expression ParenthesizedExpression()
    {
        Expect(TokenKind.LeftParen);
        Expression expression = Expression();
        Expect(TokenKind.RightParen);
        return expression;
    }

    private ColumnDefinition ColumnDefinition()
    {
        int position = Position;
        string name = Name();
        bool untyped = Kind is TokenKind.Comma or TokenKind.RightParen || AtColumnConstraint();
        TypeName? type = untyped ? null : TypeName();
        QualifiedName? collation = null;
        var constraints = new List<ColumnConstraint>();
        while (true)
        {
            if (Accept(K.Collate))
            {
                collation = QualifiedName();
            }
            else if (AtColumnConstraint())
            {
                constraints.Add(ColumnConstraint());
            }
            else
            {
                break;
            }
        }

        return new ColumnDefinition(name, type)
        {
            Collation = collation,
            Constraints = new SyntaxList<ColumnConstraint>([.. constraints]),
            Position = position,
        };
    }

    private bool AtColumnConstraint() => Word is K.Constraint or K.Not or K.Null or K.Default or K.Primary or K.Unique
        or K.Check or K.References or K.As || At(K.Generated, K.Always) || At(K.Generated, K.By);

    private ColumnConstraint ColumnConstraint()
    {
        int position = Position;
        string? name = Accept(K.Constraint) ? Name() : null;
        ColumnConstraint constraint;
        switch (Word)
        {
            case K.Not:
                Advance();
                Expect(K.Null);
                constraint = new NotNullConstraint();
                break;
            case K.Null:
                Advance();
                constraint = new NullConstraint();
                break;
            case K.Default:
                Advance();
                constraint = new DefaultConstraint(RestrictedExpression());
                break;
            case K.Primary:
                Advance();
                Expect(K.Key);
                constraint = new PrimaryKeyConstraint();
                break;
            case K.Unique:
                Advance();
                constraint = new UniqueConstraint();
                break;
            case K.Check:
                Advance();
                constraint = new CheckConstraint(ParenthesizedExpression());
                break;
            case K.As:
                Advance();
                constraint = new GeneratedConstraint(Expression());
                break;
            case K.References:
                Advance();
                QualifiedName table = QualifiedName();
                SyntaxList<Identifier> columns = OptionalNameList();
                SkipReferentialActions();
                constraint = new ReferencesConstraint(table, columns);
                break;
            default:
                constraint = Generated();
                break;
        }

        return constraint with { Name = name, Position = position };
    }

    private ColumnConstraint Generated()
    {
        Expect(K.Generated);
        bool always = Accept(K.Always);
        if (!always)
        {
            Expect(K.By, K.Default);
        }

        Expect(K.As);
        if (Accept(K.Identity))
        {
            return new IdentityConstraint(always);
        }

        Expression value = ParenthesizedExpression();
        Accept(K.Stored);
        return always ? new GeneratedConstraint(value)
            : throw Error("for a generated column, GENERATED ALWAYS must be specified", Position);
    }

    /// <summary>ON DELETE ..., MATCH ..., DEFERRABLE ...: said and without effect, as the constraint itself.</summary>
    private void SkipReferentialActions()
    {
        while (true)
        {
            if (Accept(K.Match))
            {
                Label();
            }
            else if (At(K.On, K.Delete) || At(K.On, K.Update))
            {
                Advance();
                Advance();
                if (Accept(K.No))
                {
                    Expect(K.Action);
                }
                else if (Accept(K.Set))
                {
                    Label();
                }
                else
                {
                    CascadeOrRestrict();
                }
            }
            else if (Accept(K.Not, K.Deferrable) || Accept(K.Deferrable) || Accept(K.Initially, K.Deferred)
                || Accept(K.Initially, K.Immediate))
            {
                continue;
            }
            else
            {
                return;
            }
        }
    }
}
