using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>GRANT, REVOKE, ALTER DEFAULT PRIVILEGES.</summary>
internal sealed partial class Parser
{
    private Statement GrantOrRevoke()
    {
        int position = Position;
        bool grant = Accept(K.Grant);
        if (!grant)
        {
            Expect(K.Revoke);
        }

        bool grantOption = !grant && GrantOptionFor();
        bool adminOption = !grant && Accept(K.Admin, K.Option) && Accept(K.For);
        SyntaxList<Privilege> privileges = Privileges();
        if (!At(K.On))
        {
            return GrantRole(position, grant, privileges, adminOption);
        }

        Expect(K.On);
        var statement = new GrantStatement(grant, privileges, []) { Kind = ObjectKind.Table, Position = position };
        if (At(K.All))
        {
            Advance();
            ObjectKind kind = PluralKind();
            Expect(K.In, K.Schema);
            statement = statement with { Kind = kind, AllInSchemas = List(static p => p.QualifiedName()) };
        }
        else
        {
            ObjectKind kind = GrantKind();
            var objects = new List<ObjectReference>();
            do
            {
                objects.Add(ObjectReferenceOf(kind));
            }
            while (Accept(TokenKind.Comma));
            statement = statement with { Kind = kind, Objects = new SyntaxList<ObjectReference>([.. objects]) };
        }

        statement = statement with { Grantees = Grantees(grant) };
        grantOption |= grant && WithGrantOption();
        return statement with
        {
            GrantOption = grantOption,
            GrantedBy = GrantedBy(),
            Cascade = !grant && CascadeOrRestrict(),
        };
    }

    /// <summary>
    /// The kind named after ON; none means a table. A kind's word followed by ( or , is a table's name.
    /// </summary>
    private ObjectKind GrantKind()
    {
        bool named = PeekKind() is TokenKind.Identifier or TokenKind.QuotedIdentifier or TokenKind.Keyword
            && PeekWord() is not (K.To or K.From);
        return named ? TryObjectKind() ?? throw UnsupportedObject("GRANT ON") : ObjectKind.Table;
    }

    private bool GrantOptionFor()
    {
        if (!At(K.Grant, K.Option))
        {
            return false;
        }

        Accept(K.Grant, K.Option);
        Expect(K.For);
        return true;
    }

    private bool WithGrantOption()
    {
        if (!At(K.With, K.Grant))
        {
            return false;
        }

        Accept(K.With, K.Grant);
        Expect(K.Option);
        return true;
    }

    private string? GrantedBy()
    {
        if (!Accept(K.Granted))
        {
            return null;
        }

        Expect(K.By);
        return RoleName();
    }

    /// <summary>Privileges, or none for ALL [PRIVILEGES].</summary>
    private SyntaxList<Privilege> Privileges()
    {
        if (Accept(K.All))
        {
            Accept(K.Privileges);
            return [];
        }

        return List(static p =>
        {
            int position = p.Position;
            string name = p.Label();
            return new Privilege(name, p.OptionalNameList()) { Position = position };
        });
    }

    private SyntaxList<string> Grantees(bool grant)
    {
        Expect(grant ? K.To : K.From);
        return List(static p =>
        {
            p.Accept(K.Group);
            return p.RoleName();
        });
    }

    private GrantRoleStatement GrantRole(int position, bool grant, SyntaxList<Privilege> roles, bool adminOption)
    {
        if (roles.Count == 0)
        {
            throw Unexpected();
        }

        var names = new string[roles.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = roles[i].Columns.Count == 0 ? roles[i].Name : throw Unexpected();
        }

        SyntaxList<string> grantees = Grantees(grant);
        if (grant && At(K.With, K.Admin))
        {
            Accept(K.With, K.Admin);
            Expect(K.Option);
            adminOption = true;
        }

        return new GrantRoleStatement(grant, new SyntaxList<string>(names), grantees)
        {
            AdminOption = adminOption,
            GrantedBy = GrantedBy(),
            Cascade = !grant && CascadeOrRestrict(),
            Position = position,
        };
    }

    /// <summary>TABLES, SOURCES, ... as after ALL and in default privileges.</summary>
    private ObjectKind PluralKind()
    {
        ObjectKind kind = Word switch
        {
            K.Tables => ObjectKind.Table,
            K.Sources => ObjectKind.Source,
            K.Sinks => ObjectKind.Sink,
            K.Views => ObjectKind.View,
            K.Materialized when PeekWord() == K.Views => ObjectKind.MaterializedView,
            K.Functions or K.Routines => ObjectKind.Function,
            K.Schemas => ObjectKind.Schema,
            K.Sequences => ObjectKind.Sequence,
            K.Types => ObjectKind.Type,
            K.Secrets => ObjectKind.Secret,
            K.Connections => ObjectKind.Connection,
            K.Subscriptions => ObjectKind.Subscription,
            _ => throw Unexpected(),
        };
        Advance();
        if (kind == ObjectKind.MaterializedView)
        {
            Advance();
        }

        return kind;
    }

    private AlterDefaultPrivilegesStatement AlterDefaultPrivileges(int position)
    {
        Expect(K.Default);
        Expect(K.Privileges);
        SyntaxList<string> users = [];
        SyntaxList<QualifiedName> schemas = [];
        while (Word is K.For or K.In)
        {
            if (Accept(K.In, K.Schema))
            {
                schemas = List(static p => p.QualifiedName());
                continue;
            }

            Expect(K.For);
            if (!Accept(K.User))
            {
                Expect(K.Role);
            }

            users = List(static p => p.RoleName());
        }

        bool grant = Accept(K.Grant);
        if (!grant)
        {
            Expect(K.Revoke);
        }

        bool grantOption = !grant && GrantOptionFor();
        SyntaxList<Privilege> privileges = Privileges();
        Expect(K.On);
        ObjectKind kind = PluralKind();
        SyntaxList<string> grantees = Grantees(grant);
        grantOption |= grant && WithGrantOption();
        return new AlterDefaultPrivilegesStatement(grant, privileges, kind, grantees)
        {
            ForUsers = users,
            InSchemas = schemas,
            GrantOption = grantOption,
            Cascade = !grant && CascadeOrRestrict(),
            Position = position,
        };
    }
}
