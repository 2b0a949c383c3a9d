using System.Runtime.CompilerServices;
using System.Text;

namespace Vectorized.Engine.Sql;

/// <summary>Writes one syntax tree as SQL; the partial files follow the tree's families. One use.</summary>
internal sealed partial class SqlWriter(RelationRename? rename = null)
{
    private readonly StringBuilder _out = new();

    public override string ToString() => _out.ToString();

    public void Write(SyntaxNode node)
    {
        switch (node)
        {
            case Statement statement:
                Statement(statement);
                break;
            case Expression expression:
                Expression(expression, Precedence.None);
                break;
            case QueryBody body:
                Body(body);
                break;
            case FromItem item:
                From(item);
                break;
            case GroupingElement grouping:
                Grouping(grouping);
                break;
            case ColumnConstraint constraint:
                Constraint(constraint);
                break;
            case TableConstraint constraint:
                Constraint(constraint);
                break;
            case AlterAction action:
                Action(action);
                break;
            case OptionValue value:
                OptionValue(value);
                break;
            default:
                Part(node);
                break;
        }
    }

    /// <summary>The name of a relation that the text reads or writes.</summary>
    private SqlWriter Relation(QualifiedName name) => Name(rename?.NewName(name) ?? name);

    /// <summary>Nodes that are of no family.</summary>
    private void Part(SyntaxNode node)
    {
        switch (node)
        {
            case Identifier identifier:
                Name(identifier.Name);
                break;
            case QualifiedName name:
                Name(name);
                break;
            case OperatorName name:
                Operator(name);
                break;
            case TypeName type:
                Type(type);
                break;
            case StructField field:
                Field(field);
                break;
            case Query query:
                Query(query);
                break;
            case WithClause with:
                With(with);
                break;
            case CommonTable table:
                CommonTable(table);
                break;
            case SelectItem item:
                Item(item);
                break;
            case OrderItem item:
                Order(item);
                break;
            case LockingClause locking:
                Locking(locking);
                break;
            case TableAlias alias:
                Alias(alias);
                break;
            case AsOfClause asOf:
                AsOf(asOf);
                break;
            case NamedWindow window:
                Window(window);
                break;
            default:
                SmallPart(node);
                break;
        }
    }

    private void SmallPart(SyntaxNode node)
    {
        switch (node)
        {
            case WindowSpecification window:
                Window(window);
                break;
            case WindowFrame frame:
                Frame(frame);
                break;
            case FrameBound bound:
                Bound(bound);
                break;
            case FunctionArgument argument:
                Argument(argument);
                break;
            case CaseWhen branch:
                When(branch);
                break;
            case MapEntry entry:
                Entry(entry);
                break;
            case RowsFromFunction function:
                RowsFromFunction(function);
                break;
            case Option option:
                Option(option);
                break;
            case BackfillEdge edge:
                Edge(edge);
                break;
            case UserOption option:
                UserOption(option);
                break;
            case CopyOption option:
                CopyOption(option);
                break;
            case ExplainOption option:
                ExplainOption(option);
                break;
            case IndexKey key:
                IndexKey(key);
                break;
            case Assignment assignment:
                Assignment(assignment);
                break;
            case Privilege privilege:
                Privilege(privilege);
                break;
            case TransactionModes modes:
                Modes(modes);
                break;
            case FunctionParameter parameter:
                Parameter(parameter);
                break;
            case ObjectReference reference:
                Reference(reference);
                break;
            default:
                TablePart(node);
                break;
        }
    }

    private void TablePart(SyntaxNode node)
    {
        switch (node)
        {
            case ColumnDefinition column:
                Column(column);
                break;
            case RelationDefinition definition:
                Definition(definition);
                break;
            case WatermarkDefinition watermark:
                Watermark(watermark);
                break;
            case IncludeColumn include:
                Include(include);
                break;
            case FormatEncode format:
                Format(format);
                break;
            case CdcTable table:
                CdcTable(table);
                break;
            case WebhookValidation webhook:
                Webhook(webhook);
                break;
            case OnConflictClause conflict:
                OnConflict(conflict);
                break;
            default:
                throw Unknown(node);
        }
    }

    private static Types.SqlException Unknown(SyntaxNode node) =>
        new(Types.SqlState.InternalError, $"no text for the syntax node {node.GetType().Name}");

    /// <summary>Trees the parser made are never too high; one put together in code may be.</summary>
    private static void CheckStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new Types.SqlException(Types.SqlState.StatementTooComplex, "stack depth limit exceeded");
        }
    }

    private SqlWriter Text(string text)
    {
        _out.Append(text);
        return this;
    }

    private void TextIf(bool condition, string text)
    {
        if (condition)
        {
            _out.Append(text);
        }
    }

    private SqlWriter Name(string name) => Text(Deparser.QuoteIdentifier(name));

    private SqlWriter Literal(string text) => Text(Deparser.QuoteLiteral(text));

    private SqlWriter Name(QualifiedName name) => Names(name.Parts);

    private SqlWriter Names(SyntaxList<string> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            TextIf(i > 0, ".");
            Name(parts[i]);
        }

        return this;
    }

    private SqlWriter List<T>(SyntaxList<T> items, Action<T> write, string separator = ", ")
    {
        for (int i = 0; i < items.Count; i++)
        {
            TextIf(i > 0, separator);
            write(items[i]);
        }

        return this;
    }

    private SqlWriter Expressions(SyntaxList<Expression> items) => List(items, e => Expression(e, Precedence.None));

    /// <summary>` (a, b)`, or nothing for none; the space is the caller's.</summary>
    private void ColumnList(SyntaxList<Identifier> columns, string before = " ")
    {
        if (columns.Count > 0)
        {
            Text(before).Text("(").List(columns, c => Name(c.Name)).Text(")");
        }
    }

    private SqlWriter NameList(SyntaxList<string> names) => List(names, n => Name(n));

    private SqlWriter QualifiedNames(SyntaxList<QualifiedName> names) => List(names, n => Name(n));
}
