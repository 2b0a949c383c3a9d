using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

internal sealed partial class Parser
{
    private CreateFunctionStatement CreateFunction(int position, bool orReplace, bool temporary)
    {
        ObjectKind kind = ObjectKindOf();
        bool ifNotExists = AcceptIfNotExists();
        QualifiedName name = QualifiedName();
        Expect(TokenKind.LeftParen);
        SyntaxList<FunctionParameter> parameters = Kind == TokenKind.RightParen ? []
            : List(static p => p.ParameterOf());
        Expect(TokenKind.RightParen);
        var function = new CreateFunctionStatement(kind, name, parameters)
        {
            OrReplace = orReplace,
            Temporary = temporary,
            IfNotExists = ifNotExists,
            Position = position,
        };
        bool more = true;
        while (more)
        {
            function = FunctionClause(function, out more);
        }

        return function;
    }

    /// <summary>func_arg: [mode] [name] type [DEFAULT value], the name before the mode too.</summary>
    private FunctionParameter ParameterOf()
    {
        int position = Position;
        string? mode = Mode();
        string? name = null;
        if (IsFunctionName(Current) && PeekKind() is not (TokenKind.Comma or TokenKind.RightParen or TokenKind.LeftParen
            or TokenKind.LeftBracket or TokenKind.Dot or TokenKind.Equals or TokenKind.Less)
            && PeekWord() is not (K.Default or K.Precision or K.Array) && PeekKind() != TokenKind.End)
        {
            name = FunctionName();
            mode ??= Mode();
        }

        TypeName type = TypeName();
        Expression? value = Accept(K.Default) || Accept(TokenKind.Equals) ? Expression() : null;
        return new FunctionParameter(name, type) { Mode = mode, Default = value, Position = position };
    }

    private string? Mode()
    {
        if (Word is not (K.In or K.Out or K.Inout or K.Variadic))
        {
            return null;
        }

        string mode = Keywords.Word(Word);
        Advance();
        if (mode == "in" && Accept(K.Out))
        {
            mode = "inout";
        }

        return mode;
    }

    /// <summary>One of the clauses after the parameters; their order is free.</summary>
    private CreateFunctionStatement FunctionClause(CreateFunctionStatement function, out bool more)
    {
        more = true;
        switch (Word)
        {
            case K.Returns when PeekWord() == K.Null:
                Advance();
                Expect(K.Null, K.On);
                Expect(K.Null, K.Input);
                return function with { Strict = true };
            case K.Returns when PeekWord() == K.Table:
                Advance();
                Advance();
                return function with { ReturnsTable = ParenthesizedList(static p => p.ColumnWithType()) };
            case K.Returns:
                Advance();
                return function with { Returns = TypeName() };
            case K.Language:
                Advance();
                return function with { Language = (AtString ? StringValue() : NonReserved()).ToLowerInvariant() };
            case K.Runtime:
                Advance();
                Accept(TokenKind.Equals);
                return function with { Runtime = AtString ? StringValue() : NonReserved() };
            case K.As:
                Advance();
                return function with { Body = List(static p => p.StringValue()) };
            case K.Return:
                Advance();
                return function with { Return = Expression() };
            case K.Using:
                Advance();
                string kind = Label();
                return function with { UsingKind = kind, UsingText = StringValue() };
            case K.Immutable or K.Stable or K.Volatile:
                string volatility = Keywords.Word(Word);
                Advance();
                return function with { Volatility = volatility };
            case K.Strict:
                Advance();
                return function with { Strict = true };
            case K.Called:
                Advance();
                Expect(K.On, K.Null);
                Expect(K.Input);
                return function;
            case K.With when PeekKind() == TokenKind.LeftParen:
                return function with { Options = OptionalWithOptions() };
            case K.Parallel or K.Cost or K.Rows or K.Security or K.Leakproof or K.Window or K.Support or K.Begin
                or K.Set:
                throw Unsupported($"{Keywords.Word(Word).ToUpperInvariant()} of a function", Position);
            default:
                more = false;
                return function;
        }
    }
}
