namespace Vectorized.Engine.Sql;

/// <summary>CREATE, DROP, ALTER, COMMENT.</summary>
internal sealed partial class SqlWriter
{
    private static string KindText(ObjectKind kind) =>
        kind == ObjectKind.MaterializedView ? "MATERIALIZED VIEW" : kind.ToString().ToUpperInvariant();

    private SqlWriter Create(string kind, bool orReplace, bool ifNotExists)
    {
        Text(orReplace ? "CREATE OR REPLACE " : "CREATE ").Text(kind).Text(" ");
        TextIf(ifNotExists, "IF NOT EXISTS ");
        return this;
    }

    private void CreateSink(CreateSinkStatement sink)
    {
        Create("SINK", sink.OrReplace, sink.IfNotExists).Name(sink.Name);
        if (sink.Into is not null)
        {
            Text(" INTO ").Relation(sink.Into);
            ColumnList(sink.IntoColumns);
        }

        if (sink.From is not null)
        {
            Text(" FROM ").Relation(sink.From);
        }
        else if (sink.Query is not null)
        {
            Text(" AS ").Query(sink.Query);
        }

        WithOptions(sink.Options);
        FormatPart(sink.Format);
    }

    private void CreateView(CreateViewStatement view)
    {
        Create(view.Temporary ? "TEMPORARY VIEW" : "VIEW", view.OrReplace, view.IfNotExists).Name(view.Name);
        ColumnList(view.Columns);
        WithOptions(view.Options);
        Text(" AS ").Query(view.Query);
    }

    private void CreateMaterializedView(CreateMaterializedViewStatement view)
    {
        Create("MATERIALIZED VIEW", view.OrReplace, view.IfNotExists).Name(view.Name);
        ColumnList(view.Columns);
        WithOptions(view.Options);
        Text(" AS ").Query(view.Query);
        TextIf(view.WithNoData, " WITH NO DATA");
    }

    private void CreateIndex(CreateIndexStatement index)
    {
        Text(index.Unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
        TextIf(index.Concurrently, "CONCURRENTLY ");
        TextIf(index.IfNotExists, "IF NOT EXISTS ");
        if (index.Name is not null)
        {
            Name(index.Name).Text(" ");
        }

        Text("ON ").Relation(index.Table);
        if (index.Method is not null)
        {
            Text(" USING ").Name(index.Method).Text(" ");
        }

        Text("(").List(index.Keys, IndexKey).Text(")");
        if (index.Include.Count > 0)
        {
            Text(" INCLUDE(").Expressions(index.Include).Text(")");
        }

        if (index.DistributedBy.Count > 0)
        {
            Text(" DISTRIBUTED BY(").Expressions(index.DistributedBy).Text(")");
        }

        WithOptions(index.Options);
        if (index.Where is not null)
        {
            Text(" WHERE ").Expression(index.Where, Precedence.None);
        }
    }

    private void IndexKey(IndexKey key)
    {
        Expression(key.Value, Precedence.None);
        if (key.OperatorClass is not null)
        {
            Text(" ").Name(key.OperatorClass);
        }

        Direction(key.Direction, key.Nulls);
    }

    private void CreateSchema(CreateSchemaStatement schema)
    {
        Text("CREATE SCHEMA");
        TextIf(schema.IfNotExists, " IF NOT EXISTS");
        if (schema.Name is not null)
        {
            Text(" ").Name(schema.Name);
        }

        if (schema.Owner is not null)
        {
            Text(" AUTHORIZATION ").Name(schema.Owner);
        }
    }

    private void CreateDatabase(CreateDatabaseStatement database)
    {
        Create("DATABASE", orReplace: false, database.IfNotExists).Name(database.Name);
        TextIf(database.Options.Count > 0, " WITH");
        foreach (Option option in database.Options)
        {
            bool limit = option.Name == "connection limit";
            Text(" ").Text(limit ? option.Name : Deparser.QuoteIdentifier(option.Name))
                .Text(" = ").OptionValue(option.Value);
        }
    }

    private void CreateUser(CreateUserStatement user)
    {
        Create(KindText(user.Kind), orReplace: false, user.IfNotExists).Name(user.Name);
        UserOptions(user.Options);
    }

    private void UserOptions(SyntaxList<UserOption> options)
    {
        TextIf(options.Count > 0, " WITH");
        foreach (UserOption option in options)
        {
            Text(" ");
            UserOption(option);
        }
    }

    private void UserOption(UserOption option)
    {
        switch (option.Name)
        {
            case "password":
                Text("PASSWORD ");
                _ = option.Value is null ? Text("NULL") : Literal(option.Value);
                return;
            case "connection limit":
                Text("CONNECTION LIMIT ").Text(option.Value!);
                return;
            case "valid until":
                Text("VALID UNTIL ").Literal(option.Value!);
                return;
        }

        Upper(option.Name);
        WithOptions(option.Options, " ");
    }

    private void CreateSecret(CreateSecretStatement secret)
    {
        Create("SECRET", secret.OrReplace, secret.IfNotExists).Name(secret.Name);
        WithOptions(secret.Options);
        if (secret.Value is not null)
        {
            Text(" AS ").Expression(secret.Value, Precedence.None);
        }
    }

    private void CreateConnection(CreateConnectionStatement connection)
    {
        Create("CONNECTION", connection.OrReplace, connection.IfNotExists).Name(connection.Name)
            .Text(" WITH (").List(connection.Options, o => Option(o)).Text(")");
    }

    private void CreateSubscription(CreateSubscriptionStatement subscription)
    {
        Create("SUBSCRIPTION", orReplace: false, subscription.IfNotExists).Name(subscription.Name)
            .Text(" FROM ").Relation(subscription.From);
        WithOptions(subscription.Options);
    }

    private void CreateFunction(CreateFunctionStatement function)
    {
        string kind = (function.Temporary ? "TEMPORARY " : "") + KindText(function.Kind);
        Create(kind, function.OrReplace, function.IfNotExists)
            .Name(function.Name).Text("(").List(function.Parameters, Parameter).Text(")");
        if (function.ReturnsTable is not null)
        {
            Text(" RETURNS TABLE (").List(function.ReturnsTable, Field).Text(")");
        }

        if (function.Returns is not null)
        {
            Text(" RETURNS ");
            Type(function.Returns);
        }

        if (function.Language is not null)
        {
            Text(" LANGUAGE ").Word(function.Language);
        }

        if (function.Runtime is not null)
        {
            Text(" RUNTIME ").Word(function.Runtime);
        }

        TextIf(function.Volatility is not null, " " + function.Volatility?.ToUpperInvariant());
        TextIf(function.Strict, " STRICT");
        if (function.Body.Count > 0)
        {
            Text(" AS ").List(function.Body, b => Literal(b));
        }

        if (function.Return is not null)
        {
            Text(" RETURN ").Expression(function.Return, Precedence.None);
        }

        if (function.UsingKind is not null)
        {
            Text(" USING ").Upper(function.UsingKind).Text(" ").Literal(function.UsingText!);
        }

        WithOptions(function.Options);
    }

    /// <summary>A word bare, or else as a string.</summary>
    private SqlWriter Word(string word) =>
        Deparser.QuoteIdentifier(word) == word ? Text(word) : Literal(word);

    private void Parameter(FunctionParameter parameter)
    {
        TextIf(parameter.Mode is not null, parameter.Mode?.ToUpperInvariant() + " ");
        if (parameter.Name is not null)
        {
            Name(parameter.Name).Text(" ");
        }

        Type(parameter.Type);
        if (parameter.Default is not null)
        {
            Text(" DEFAULT ").Expression(parameter.Default, Precedence.None);
        }
    }

    private void Reference(ObjectReference reference)
    {
        Name(reference.Name);
        if (reference.Arguments is not null)
        {
            Text("(").List(reference.Arguments, Type).Text(")");
        }
    }

    private void Drop(DropStatement drop)
    {
        Text("DROP ").Text(KindText(drop.Kind)).Text(" ").TextIf(drop.IfExists, "IF EXISTS ");
        List(drop.Objects, Reference).TextIf(drop.Cascade, " CASCADE");
    }

    private void Comment(CommentStatement comment)
    {
        Text("COMMENT ON ").Text(KindText(comment.Kind)).Text(" ");
        Reference(comment.Object);
        Text(" IS ");
        _ = comment.Text is null ? Text("NULL") : Literal(comment.Text);
    }

    private void Alter(AlterStatement alter)
    {
        Text("ALTER ").Text(KindText(alter.Kind)).Text(" ").TextIf(alter.IfExists, "IF EXISTS ");
        Reference(alter.Object);
        Text(" ").List(alter.Actions, Action);
    }

    private void Action(AlterAction action)
    {
        switch (action)
        {
            case AddColumnAction add:
                Text(add.IfNotExists ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ");
                Column(add.Column);
                break;
            case DropColumnAction drop:
                Text(drop.IfExists ? "DROP COLUMN IF EXISTS " : "DROP COLUMN ").Name(drop.Column)
                    .TextIf(drop.Cascade, " CASCADE");
                break;
            case RenameColumnAction rename:
                Text("RENAME COLUMN ").Name(rename.Column).Text(" TO ").Name(rename.NewName);
                break;
            case AlterColumnTypeAction type:
                Text("ALTER COLUMN ").Name(type.Column).Text(" TYPE ");
                Type(type.Type);
                if (type.Using is not null)
                {
                    Text(" USING ").Expression(type.Using, Precedence.None);
                }

                break;
            case AlterColumnDefaultAction { Value: null } column:
                Text("ALTER COLUMN ").Name(column.Column).Text(" DROP DEFAULT");
                break;
            case AlterColumnDefaultAction column:
                Text("ALTER COLUMN ").Name(column.Column).Text(" SET DEFAULT ")
                    .Expression(column.Value, Precedence.None);
                break;
            case AlterColumnNotNullAction column:
                Text("ALTER COLUMN ").Name(column.Column).Text(column.NotNull ? " SET NOT NULL" : " DROP NOT NULL");
                break;
            case AddConstraintAction add:
                Text("ADD ");
                Constraint(add.Constraint);
                break;
            case DropConstraintAction drop:
                Text(drop.IfExists ? "DROP CONSTRAINT IF EXISTS " : "DROP CONSTRAINT ").Name(drop.Constraint)
                    .TextIf(drop.Cascade, " CASCADE");
                break;
            default:
                ObjectAction(action);
                break;
        }
    }

    private void ObjectAction(AlterAction action)
    {
        switch (action)
        {
            case RenameToAction rename:
                Text("RENAME TO ").Name(rename.NewName);
                break;
            case SetSchemaAction schema:
                Text("SET SCHEMA ").Name(schema.Schema);
                break;
            case OwnerToAction owner:
                Text("OWNER TO ").Role(owner.Owner);
                break;
            case SwapWithAction swap:
                Text("SWAP WITH ").Name(swap.Other);
                break;
            case SetPropertyAction property:
                Text("SET ").OptionName(property.Property).Text(" = ").OptionValue(property.Value)
                    .TextIf(property.Deferred, " DEFERRED");
                break;
            case SetConfigAction config:
                Text("SET CONFIG (").List(config.Options, o => Option(o)).Text(")");
                break;
            case ResetConfigAction config:
                Text("RESET CONFIG (").List(config.Names, n => OptionName(n)).Text(")");
                break;
            case ResumeAction:
                Text("RESUME");
                break;
            case RefreshSchemaAction:
                Text("REFRESH SCHEMA");
                break;
            case DropConnectorAction:
                Text("DROP CONNECTOR");
                break;
            case AlterOptionsAction { Value: null } options:
                Text("CONNECTOR WITH (").List(options.Options, o => Option(o)).Text(")");
                break;
            case AlterOptionsAction options:
                WithOptions(options.Options, "WITH ");
                TextIf(options.Options.Count > 0, " ");
                Text("AS ").Expression(options.Value, Precedence.None);
                break;
            case AlterFormatAction format:
                Format(format.Format);
                break;
            case AlterWatermarkAction watermark:
                Text("ALTER ");
                Watermark(watermark.Watermark);
                break;
            case AlterQueryAction query:
                Text("AS ").Query(query.Query);
                break;
            case ResetSourceAction:
                Text("RESET");
                break;
            case UserOptionsAction user:
                Text("WITH").List(user.Options, o =>
                {
                    Text(" ");
                    UserOption(o);
                }, "");
                break;
            default:
                throw Unknown(action);
        }
    }

    /// <summary>A user's name; CURRENT_USER and its like are words of their own.</summary>
    private SqlWriter Role(string name) =>
        name is "current_user" or "current_role" or "session_user" ? Text(name.ToUpperInvariant()) : Name(name);
}
