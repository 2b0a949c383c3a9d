namespace Vectorized.Engine.Sql;

internal sealed partial class SqlWriter
{
    private void Statement(Statement statement)
    {
        switch (statement)
        {
            case SelectStatement select:
                Query(select.Query);
                break;
            case InsertStatement insert:
                Insert(insert);
                break;
            case UpdateStatement update:
                Update(update);
                break;
            case DeleteStatement delete:
                Delete(delete);
                break;
            case TruncateStatement truncate:
                Text("TRUNCATE TABLE ").QualifiedNames(truncate.Tables)
                    .TextIf(truncate.RestartIdentity, " RESTART IDENTITY");
                TextIf(truncate.Cascade, " CASCADE");
                break;
            case CopyStatement copy:
                Copy(copy);
                break;
            case CreateTableStatement table:
                CreateTable(table);
                break;
            case CreateSourceStatement source:
                CreateSource(source);
                break;
            case CreateSinkStatement sink:
                CreateSink(sink);
                break;
            case CreateViewStatement view:
                CreateView(view);
                break;
            case CreateMaterializedViewStatement view:
                CreateMaterializedView(view);
                break;
            case CreateIndexStatement index:
                CreateIndex(index);
                break;
            case AlterStatement alter:
                Alter(alter);
                break;
            case DropStatement drop:
                Drop(drop);
                break;
            default:
                CatalogStatement(statement);
                break;
        }
    }

    private void CatalogStatement(Statement statement)
    {
        switch (statement)
        {
            case CreateSchemaStatement schema:
                CreateSchema(schema);
                break;
            case CreateDatabaseStatement database:
                CreateDatabase(database);
                break;
            case CreateUserStatement user:
                CreateUser(user);
                break;
            case CreateSecretStatement secret:
                CreateSecret(secret);
                break;
            case CreateConnectionStatement connection:
                CreateConnection(connection);
                break;
            case CreateSubscriptionStatement subscription:
                CreateSubscription(subscription);
                break;
            case CreateFunctionStatement function:
                CreateFunction(function);
                break;
            case CommentStatement comment:
                Comment(comment);
                break;
            case AlterSystemStatement system:
                Text("ALTER SYSTEM SET ").OptionName(system.Name).Text(" = ");
                Values(system.Values);
                break;
            case AlterCompactionGroupStatement group:
                Text("ALTER COMPACTION GROUP ").List(group.Groups, g => Text(g))
                    .Text(" SET ").List(group.Options, Option);
                break;
            case GrantStatement grant:
                Grant(grant);
                break;
            case GrantRoleStatement grant:
                GrantRole(grant);
                break;
            case AlterDefaultPrivilegesStatement privileges:
                DefaultPrivileges(privileges);
                break;
            default:
                SessionStatement(statement);
                break;
        }
    }

    private void Insert(InsertStatement insert)
    {
        WithPart(insert.With);
        Text("INSERT INTO ").Name(insert.Table);
        if (insert.Alias is not null)
        {
            Text(" AS ").Name(insert.Alias);
        }

        ColumnList(insert.Columns);
        Text(insert.Overriding switch
        {
            Overriding.SystemValue => " OVERRIDING SYSTEM VALUE",
            Overriding.UserValue => " OVERRIDING USER VALUE",
            _ => "",
        });
        _ = insert.Source is null ? Text(" DEFAULT VALUES") : Text(" ").Query(insert.Source);
        if (insert.OnConflict is not null)
        {
            Text(" ");
            OnConflict(insert.OnConflict);
        }

        Returning(insert.Returning);
    }

    private void WithPart(WithClause? with)
    {
        if (with is not null)
        {
            With(with);
            Text(" ");
        }
    }

    private void OnConflict(OnConflictClause conflict)
    {
        Text("ON CONFLICT");
        if (conflict.Target.Count > 0)
        {
            Text(" (").List(conflict.Target, IndexKey).Text(")");
            Where(conflict.TargetWhere);
        }
        else if (conflict.Constraint is not null)
        {
            Text(" ON CONSTRAINT ").Name(conflict.Constraint);
        }

        if (conflict.Assignments.Count == 0)
        {
            Text(" DO NOTHING");
            return;
        }

        Text(" DO UPDATE SET ").List(conflict.Assignments, Assignment);
        Where(conflict.Where);
    }

    private void Where(Expression? condition)
    {
        if (condition is not null)
        {
            Text(" WHERE ").Expression(condition, Precedence.None);
        }
    }

    private void Returning(SyntaxList<SelectItem> items)
    {
        if (items.Count > 0)
        {
            Text(" RETURNING ").List(items, Item);
        }
    }

    private void Assignment(Assignment assignment)
    {
        if (!assignment.IsRow)
        {
            Name(assignment.Columns[0].Name).Text(" = ").Expression(assignment.Value, Precedence.None);
            return;
        }

        ColumnList(assignment.Columns, "");
        Text(" = ").Expression(assignment.Value, Precedence.None);
    }

    private void Update(UpdateStatement update)
    {
        WithPart(update.With);
        Text(update.Only ? "UPDATE ONLY " : "UPDATE ").Name(update.Table);
        if (update.Alias is not null)
        {
            Text(" AS ").Name(update.Alias);
        }

        Text(" SET ").List(update.Assignments, Assignment);
        if (update.From.Count > 0)
        {
            Text(" FROM ").List(update.From, From);
        }

        Where(update.Where);
        Returning(update.Returning);
    }

    private void Delete(DeleteStatement delete)
    {
        WithPart(delete.With);
        Text(delete.Only ? "DELETE FROM ONLY " : "DELETE FROM ").Name(delete.Table);
        if (delete.Alias is not null)
        {
            Text(" AS ").Name(delete.Alias);
        }

        if (delete.Using.Count > 0)
        {
            Text(" USING ").List(delete.Using, From);
        }

        Where(delete.Where);
        Returning(delete.Returning);
    }

    private void Copy(CopyStatement copy)
    {
        Text("COPY ");
        if (copy.Query is not null)
        {
            Text("(");
            Statement(copy.Query is SelectStatement { Query: { Parenthesized: true } query } select
                ? select with { Query = query with { Parenthesized = false } } : copy.Query);
            Text(")");
        }
        else
        {
            Name(copy.Table!);
            ColumnList(copy.Columns);
        }

        Text(copy.IsFrom ? " FROM " : " TO ");
        switch (copy.Endpoint)
        {
            case CopyEndpoint.Client:
                Text(copy.IsFrom ? "STDIN" : "STDOUT");
                break;
            case CopyEndpoint.Program:
                Text("PROGRAM ").Literal(copy.Path!);
                break;
            default:
                Literal(copy.Path!);
                break;
        }

        if (copy.Options.Count > 0)
        {
            Text(" WITH (").List(copy.Options, CopyOption).Text(")");
        }

        Where(copy.Where);
    }

    private void CopyOption(CopyOption option)
    {
        Text(Deparser.IsLowerWord(option.Name) ? option.Name : Deparser.Quoted(option.Name));
        if (option.AllColumns)
        {
            Text(" *");
        }
        else if (option.Value is not null)
        {
            Text(" ").Literal(option.Value);
        }
        else
        {
            ColumnList(option.Columns);
        }
    }

    private void Grant(GrantStatement grant)
    {
        Text(grant.IsGrant ? "GRANT " : grant.GrantOption ? "REVOKE GRANT OPTION FOR " : "REVOKE ");
        Privileges(grant.Privileges);
        Text(" ON ");
        if (grant.AllInSchemas.Count > 0)
        {
            Text("ALL ").Text(PluralText(grant.Kind)).Text(" IN SCHEMA ").QualifiedNames(grant.AllInSchemas);
        }
        else
        {
            Text(KindText(grant.Kind)).Text(" ").List(grant.Objects, Reference);
        }

        Text(grant.IsGrant ? " TO " : " FROM ").List(grant.Grantees, g => Role(g));
        TextIf(grant is { IsGrant: true, GrantOption: true }, " WITH GRANT OPTION");
        GrantEnd(grant.GrantedBy, grant.Cascade);
    }

    private static string PluralText(ObjectKind kind) => KindText(kind) + "S";

    private void GrantEnd(string? by, bool cascade)
    {
        if (by is not null)
        {
            Text(" GRANTED BY ").Role(by);
        }

        TextIf(cascade, " CASCADE");
    }

    private void Privileges(SyntaxList<Privilege> privileges)
    {
        TextIf(privileges.Count == 0, "ALL PRIVILEGES");
        List(privileges, Privilege);
    }

    private void Privilege(Privilege privilege)
    {
        Upper(privilege.Name);
        ColumnList(privilege.Columns);
    }

    private void GrantRole(GrantRoleStatement grant)
    {
        Text(grant.IsGrant ? "GRANT " : grant.AdminOption ? "REVOKE ADMIN OPTION FOR " : "REVOKE ");
        NameList(grant.Roles).Text(grant.IsGrant ? " TO " : " FROM ").List(grant.Grantees, g => Role(g));
        TextIf(grant is { IsGrant: true, AdminOption: true }, " WITH ADMIN OPTION");
        GrantEnd(grant.GrantedBy, grant.Cascade);
    }

    private void DefaultPrivileges(AlterDefaultPrivilegesStatement grant)
    {
        Text("ALTER DEFAULT PRIVILEGES");
        if (grant.ForUsers.Count > 0)
        {
            Text(" FOR USER ").List(grant.ForUsers, u => Role(u));
        }

        if (grant.InSchemas.Count > 0)
        {
            Text(" IN SCHEMA ").QualifiedNames(grant.InSchemas);
        }

        Text(grant.IsGrant ? " GRANT " : grant.GrantOption ? " REVOKE GRANT OPTION FOR " : " REVOKE ");
        Privileges(grant.Privileges);
        Text(" ON ").Text(PluralText(grant.Kind)).Text(grant.IsGrant ? " TO " : " FROM ")
            .List(grant.Grantees, g => Role(g));
        TextIf(grant is { IsGrant: true, GrantOption: true }, " WITH GRANT OPTION");
        TextIf(grant.Cascade, " CASCADE");
    }
}
